"""TF-IDF: the words themselves, weighted by how rare they are in the data set."""

from embedding_core.encoders.spec import Encoder, EncoderSpec, Family, Modality, Origin

TF_IDF = EncoderSpec(
    name="tf-idf",
    title="TF-IDF",
    family=Family.LEXICAL,
    reads=(Modality.TEXT,),
    origin=Origin.EMBEDDED,
    summary="Counts words, rare ones weigh more. Fitted on your data; finds shared words, knows no synonyms.",
    loader="embedding_core.encoders.lexical:load",
    revision="tf-idf-1",
    dim=None,
    max_tokens=None,
    licence="Apache-2.0",
    size_mb=0.0,
    unit_norm=False,
    per_row=False,
    requires=("sklearn",),
    source="https://scikit-learn.org/stable/modules/feature_extraction.html#tfidf-term-weighting",
)


def load(spec: EncoderSpec) -> Encoder:
    """Return an encoder that has yet to be fitted."""
    raise NotImplementedError(spec.name)
