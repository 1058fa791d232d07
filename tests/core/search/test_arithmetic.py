import numpy as np
import pytest

from embedding_core.base.errors import InputError
from embedding_core.search.arithmetic import Term, add_up, parse_sum, rows_named


def test_signs_between_spaces_make_a_sum():
    assert parse_sum("king - man + woman") == (Term(1, "king"), Term(-1, "man"), Term(1, "woman"))
    assert parse_sum("New York − USA + France")[0] == Term(1, "New York")
    assert parse_sum("- night") == (Term(-1, "night"),)
    assert parse_sum('"plus + minus" - night') == (Term(1, "plus + minus"), Term(-1, "night"))


@pytest.mark.parametrize("query", ["", "king", "well-known words", "C++ or C", '"war - causes"', "1-2", "😀"])
def test_without_a_sign_between_spaces_there_is_one_term(query):
    assert parse_sum(query) == ((Term(1, query.strip('"')),) if query else ())


@pytest.mark.parametrize("query", ["king -", "king - + man", "+ ", "a - - b"])
def test_a_sign_with_nothing_beside_it_is_refused(query):
    with pytest.raises(InputError, match="no term next to it"):
        parse_sum(query)


def test_a_sum_has_an_end():
    with pytest.raises(InputError, match="10000 terms"):
        parse_sum(" + ".join(["word"] * 10_000))


def test_terms_name_items_whatever_their_case():
    found = rows_named(["King", " queen", "king", "kings"], parse_sum("king - QUEEN"))
    assert [rows.tolist() for rows in found] == [[0, 2], [1]]


def test_vectors_are_added_at_length_one():
    vectors = np.array([[2, 0], [0, 5]], np.float32)
    np.testing.assert_allclose(add_up(parse_sum("a - b"), vectors), [1, -1])
    with pytest.raises(InputError, match="cancel"):
        add_up(parse_sum("a - a"), np.ones((2, 3), np.float32))
