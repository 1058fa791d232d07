"""Every feature of the product: importing this makes the stages of all of them known by name."""

from embedding_core.classify import stages as classify
from embedding_core.clusters import stages as clusters
from embedding_core.compare import stages as compare
from embedding_core.compress import stages as compress
from embedding_core.data import stages as data
from embedding_core.data.pictures import stages as pictures
from embedding_core.encoders import health
from embedding_core.encoders import stages as encoders
from embedding_core.evaluate import rankings
from embedding_core.evaluate import stages as evaluate
from embedding_core.inspect import picture_stages
from embedding_core.inspect import stages as inspect
from embedding_core.neighbors import stages as neighbors
from embedding_core.projection import stages as projection
from embedding_core.ranking import stages as ranking
from embedding_core.ranking import vector_index
from embedding_core.search import stages as search
from embedding_core.similarity import stages as similarity
from embedding_core.train import stages as train
from embedding_core.trust import stages as trust

STAGES = (
    *(data, pictures, encoders, health, neighbors, projection, ranking, vector_index),
    *(
        clusters,
        search,
        similarity,
        classify,
        trust,
        evaluate,
        rankings,
        compress,
        compare,
        inspect,
        picture_stages,
        train,
    ),
)
