"""The Home page and what belongs to it."""

from embedding_core.base.feature import Feature, Section

FEATURE = Feature(
    name="home",
    title="Home",
    icon=":material/home:",
    summary="What Vectorscope does, samples to open, recent data.",
    section=Section.DATA,
    heading="Explore your texts and pictures as a map of meaning",
)
