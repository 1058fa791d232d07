"""The pages by section: the name of a page's file, its title, its icon, what it is for."""

MENU = {
    "Data": {
        "home": ("Home", ":material/home:", "What Vectorscope does, samples to open, recent data."),
        "data": ("Data", ":material/database:", "Import a file or text, check how it was read, choose its columns."),
        "encoder": ("Encoder", ":material/memory:", "Choose the model that turns each text or picture into a vector."),
    },
    "Explore": {
        "map": ("Map", ":material/scatter_plot:", "Every item as a point: similar items lie close together."),
        "clusters": (
            "Clusters",
            ":material/bubble_chart:",
            "Groups of similar items: how many there are, and their names.",
        ),
        "search": ("Search", ":material/search:", "Find items by meaning, by keywords or by a picture."),
        "similarity": (
            "Similarity",
            ":material/compare_arrows:",
            "Near-duplicates, cosine similarity, outliers, recommendations.",
        ),
        "classify": (
            "Classify",
            ":material/label:",
            "Train and test a classifier, find wrong labels, classify without labels.",
        ),
    },
    "Measure": {
        "trust": ("Trust", ":material/verified:", "How faithful the map is, and how much of it is random."),
        "evaluate": ("Evaluate", ":material/speed:", "How good an encoder and a ranking method are on your own data."),
        "compress": ("Compress", ":material/compress:", "How small vectors can get, and what that costs in quality."),
        "compare": ("Compare", ":material/compare:", "Two encoders on the same rows, side by side."),
    },
    "Learn": {
        "inspect": (
            "Inspect",
            ":material/biotech:",
            "How a text becomes a vector, what context changes, which parts count.",
        ),
        "train": ("Train", ":material/model_training:", "Fine-tune an encoder on your own labels, pairs or triplets."),
    },
}
