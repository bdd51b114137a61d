"""The people of a branch that closes go on in its successor, each in the posts that they have."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from engine.context import Transaction
from engine.people import post_store
from engine.people.post import Post


def hand_posts_over(transaction: Transaction, closed_id: UUID, heir_id: UUID) -> None:
    """End every post there that is not over, and begin the same one in the successor.

    A post that begins later only begins there. Who has the same post in the successor already keeps that one.
    """
    found = post_store.posts_at(transaction.connection, closed_id)
    for user_id in sorted({post.user_id for post in found}):
        held = post_store.lock_posts(transaction.connection, user_id)
        for post in held:
            if post.organisation_id == closed_id and not post.is_over(transaction.today):
                _hand_over(post, heir_id, held=held, transaction=transaction)


def _hand_over(post: Post, heir_id: UUID, *, held: Sequence[Post], transaction: Transaction) -> None:
    connection, today = transaction.connection, transaction.today
    by, at = transaction.actor.name, transaction.now
    post_store.save_post(connection, post.withdrawn(by=by, at=at))
    begins = max(post.valid_from, today) if post.valid_from else today
    moved = replace(
        post,
        id=transaction.new_id(),
        organisation_id=heir_id,
        valid_from=begins,
        given_by=by,
        given_at=at,
    )
    if not any(moved.overlaps(other) for other in held):
        post_store.save_post(connection, moved)
