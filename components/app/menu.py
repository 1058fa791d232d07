"""The pages by section: the name of a page's file, its title, its icon, what it is for."""

MENU = {
    "Data": {
        "home": ("Home", ":material/home:", "What Vectorscope is, samples to open, your recent data."),
        "data": ("Data", ":material/database:", "Bring a file or text, see how it was read, choose its columns."),
        "encoder": ("Encoder", ":material/memory:", "Choose what turns each text or picture into a vector."),
    },
    "Explore": {
        "map": ("Map", ":material/scatter_plot:", "Every item as a point: close in meaning, close on the map."),
        "clusters": ("Clusters", ":material/bubble_chart:", "What belongs together, how many groups, and their names."),
        "search": ("Search", ":material/search:", "Find items by meaning, by words, by a picture."),
        "similarity": ("Similarity", ":material/compare_arrows:", "Near-duplicates, two items, many, outliers."),
        "classify": ("Classify", ":material/label:", "Learn classes from labels, test them, find wrong labels."),
    },
    "Measure": {
        "trust": ("Trust", ":material/verified:", "What the map can be trusted for, and what is chance in it."),
        "evaluate": ("Evaluate", ":material/speed:", "How good an encoder and an engine are on your own data."),
        "compress": ("Compress", ":material/compress:", "How small vectors can be, and what that costs in quality."),
        "compare": ("Compare", ":material/compare:", "Two encoders on the same rows, side by side."),
    },
    "Learn": {
        "inspect": ("Inspect", ":material/biotech:", "How a text becomes a vector, what context does, what parts say."),
        "train": ("Train", ":material/model_training:", "Fine-tune an encoder on your own labels, pairs or triplets."),
    },
}
