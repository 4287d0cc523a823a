"""What the addresses of RareCare answer when they cannot: 503 without data, 400 for a question without an answer."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from rarecare.dataset.store import Dataset, shared_dataset
from rarecare.errors import UserError
from rarecare.settings import Settings


class Unavailable(UserError):  # noqa: N818  # a state, told as such
    """No data set can be served: the question itself may be right."""


def dataset_in_force(settings: Settings) -> Dataset:
    """Return the version in force, opened once a process.

    Raises :class:`Unavailable` when nothing is built, or when the version is damaged.
    """
    try:
        return shared_dataset(settings)
    except UserError as error:
        raise Unavailable(error.what, where=error.where, remedy=error.remedy) from None


def refusal(error: UserError) -> Response:
    """Return the answer to a question that failed, see :func:`public_message`."""
    status = 503 if isinstance(error, Unavailable) else 400
    return PlainTextResponse(public_message(error), status_code=status)


def public_message(error: UserError) -> str:
    """Return what went wrong and what to do in French, without the folders of the server."""
    return f"{error.what}. {error.remedy}".strip()
