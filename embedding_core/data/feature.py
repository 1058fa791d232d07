"""The Data page and what belongs to it."""

from embedding_core.base.feature import Feature, Section
from embedding_core.data import arrivals, judgment_files, stages
from embedding_core.data.pictures import stages as pictures

FEATURE = Feature(
    name="data",
    title="Data",
    icon=":material/database:",
    summary="Import a file or text, check how it was read, choose its columns.",
    section=Section.DATA,
    stages=(stages, arrivals, judgment_files, pictures),
)
