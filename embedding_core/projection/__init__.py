"""From vectors to coordinates on a map."""

from typing import Any

from embedding_core.base.errors import ParameterError
from embedding_core.projection import methods  # noqa: F401  makes the methods known
from embedding_core.projection.method import Parameter, ProjectionMethod, ProjectionParams, SeededParams, known_methods
from embedding_core.projection.methods.pacmap import PaCMAP, PaCMAPParams
from embedding_core.projection.methods.pca import PCA, PCAParams
from embedding_core.projection.methods.tsne import TSNE, TSNEParams
from embedding_core.projection.methods.umap import UMAP, LayoutOptimizer, UMAPParams
from embedding_core.projection.result import Projection

__all__ = [
    "DEFAULT_METHOD",
    "METHODS",
    "PCA",
    "TSNE",
    "UMAP",
    "LayoutOptimizer",
    "PCAParams",
    "PaCMAP",
    "PaCMAPParams",
    "Parameter",
    "Projection",
    "ProjectionMethod",
    "ProjectionParams",
    "SeededParams",
    "TSNEParams",
    "UMAPParams",
    "method_named",
    "method_of",
    "params_of",
]

METHODS = known_methods()
"""Every method by name, in the order of menus."""
DEFAULT_METHOD = next(iter(METHODS))
_BY_PARAMS = {method.parameters: method for method in METHODS.values()}


def method_named(name: str) -> type[ProjectionMethod[Any]]:
    """Return the method of a name.

    Raises:
        ParameterError: there is none.
    """
    if name not in METHODS:
        raise ParameterError(f"There is no projection method {name!r}.", f"Choose one of {', '.join(METHODS)}.")
    return METHODS[name]


def method_of(params: ProjectionParams) -> ProjectionMethod[Any]:
    """Return the method that draws as the parameters say."""
    return _BY_PARAMS[type(params)](params)


def params_of(name: str, dims: int = 2, seed: int = 0, **given: Any) -> ProjectionParams:
    """Return a method's parameters: its defaults, but for what is given.

    Args:
        name: of the method.
        dims: axes of the map.
        seed: for the methods that use random numbers.
        given: further parameters by the names of their fields; None stands for the default.

    Raises:
        ParameterError: there is no such method, it has no such parameter, or a value is out of range.
    """
    method = method_named(name)
    if dims not in method.dims():
        raise ParameterError(
            f"{method.title} cannot draw in {dims} dimensions.", f"Choose {' or '.join(map(str, method.dims()))}."
        )
    values = {field: value for field, value in given.items() if value is not None}
    for field in values:
        if field not in method.parameters.form():
            raise ParameterError(
                f"{method.title} has no parameter {field}.", f"It has {', '.join(method.parameters.form()) or 'none'}."
            )
    if issubclass(method.parameters, SeededParams):
        values["seed"] = seed
    return method.parameters(dims=dims, **values)
