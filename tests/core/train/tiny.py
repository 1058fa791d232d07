"""A model small enough to be tuned in a second, and texts that it can learn to tell apart."""

import json
import random
import shutil
from pathlib import Path

from embedding_core.encoders.text.static import teacher_folder

DIM = 32
TOPICS = {
    "weather": "rain sun storm wind cloud snow frost thunder breeze fog",
    "kitchen": "bread soup oven knife butter salt pan onion flour spoon",
    "travel": "train ticket airport luggage hotel map passport ferry road guide",
    "music": "violin song drum concert piano melody choir guitar rhythm trumpet",
}


def save_tiny(folder: Path) -> Path:
    """Write a BERT of two layers with random weights, in the layout of MiniLM's folder."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=DIM, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=64
    )
    BertModel(config).save_pretrained(folder)
    of = teacher_folder()
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "modules.json"):
        shutil.copy(of / name, folder / name)
    (folder / "1_Pooling").mkdir()
    pooling = json.loads((of / "1_Pooling" / "config.json").read_text()) | {"word_embedding_dimension": DIM}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    (folder / "2_Normalize").mkdir()
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 32, "do_lower_case": false}')
    return folder


FILLER = "the a of on in some any this that one two very quite just still again often never here there".split()


def topic_texts(each: int, seed: int = 0) -> tuple[list[str], list[str]]:
    """Return texts of two words of a topic among six of none, `each` a topic, all different, and their topics."""
    draw = random.Random(seed)
    texts, topics = [], []
    for topic, words in TOPICS.items():
        made: dict[str, None] = {}
        while len(made) < each:
            mixed = draw.sample(words.split(), 2) + draw.sample(FILLER, 6)
            made[" ".join(draw.sample(mixed, len(mixed)))] = None
        texts += list(made)
        topics += [topic] * each
    return texts, topics
