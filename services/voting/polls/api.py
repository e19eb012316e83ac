"""URLs of the JSON API of polls.

Voting is a PUT: sent twice it is refused as voted, and no record of the request is kept to answer it again,
as it would be for a POST with an Idempotency-Key. Such a record would hold a hash of the choice.
"""

from typing import Any

from services.voting.polls import actions, queries
from services.voting.polls.models import Poll
from services.voting.polls.schemas import PollDetail, PollFilter, PollIn, PollOut, ResultOut, VoteIn
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api("polls", description="Light polls (浅投票): secret or open, on a frozen roll.")


@api.get("/polls", allow="polls.see")
@api.paged(PollOut, PollFilter)
def list_polls(filters: dict[str, Any]) -> Keyset:
    """The union's polls by closing time; drafts for those who prepare them. Idempotent."""
    query = queries.polls(actor().school_id, drafts=actor().may("polls.manage"), **filters)
    return Keyset(query, order=[Poll.closes_at, Poll.id])


@api.post("/polls", allow="polls.manage")
@api.arguments(PollIn)
@api.response(201, PollDetail)
def create_poll(question):
    """Prepare a poll."""
    with transaction() as session:
        poll = actions.draft_poll(session, question, school_id=actor().school_id, by=actor().person_id)
        return _detail(session, poll)


@api.get("/polls/<uuid:poll_id>", allow="polls.see")
@api.response(200, PollDetail)
def get_poll(poll_id):
    """One poll, with its turnout as a count. Idempotent."""
    with reading() as session:
        poll = queries.visible(session, poll_id)
        api.etag(poll.version)
        return _detail(session, poll)


@api.put("/polls/<uuid:poll_id>", allow="polls.manage")
@api.arguments(PollIn)
@api.response(200, PollDetail)
def replace_poll(question, poll_id):
    """Write a draft anew; send its ETag as If-Match. 409 once it is open."""
    with transaction() as session:
        poll = get_within(session, Poll, poll_id, lock=True)
        api.check_etag(poll.version)
        actions.revise(session, poll, question)
        session.flush()
        api.etag(poll.version)
        return _detail(session, poll)


@api.delete("/polls/<uuid:poll_id>", allow="polls.manage")
@api.response(204)
def delete_poll(poll_id):
    """Drop a draft. 409 once it is open."""
    with transaction() as session:
        actions.discard(session, get_within(session, Poll, poll_id, lock=True))


@api.post("/polls/<uuid:poll_id>/open", allow="polls.manage")
@api.response(200, PollDetail)
def open_poll(poll_id):
    """Freeze the roll and let people vote."""
    with transaction() as session:
        poll = actions.open_poll(session, get_within(session, Poll, poll_id, lock=True), by=actor().person_id)
        return _detail(session, poll)


@api.put("/polls/<uuid:poll_id>/vote", allow="polls.vote")
@api.arguments(VoteIn)
@api.response(204)
def cast_vote(body, poll_id):
    """Vote, once and for good: 409 `already-voted` the second time, 403 `not-on-roll` for anybody else."""
    with transaction() as session:
        poll = queries.visible(session, poll_id, lock=True)
        actions.vote(session, poll, person_id=actor().person_id, option_ids=body["option_ids"])


@api.post("/polls/<uuid:poll_id>/close", allow="polls.manage")
@api.response(200, ResultOut)
def close_poll(poll_id):
    """Close before its time and count."""
    with transaction() as session:
        poll = get_within(session, Poll, poll_id, lock=True)
        actions.close_poll(session, poll, by=actor().person_id)
        return _result(queries.result(session, poll))


@api.get("/polls/<uuid:poll_id>/result", allow="polls.see")
@api.response(200, ResultOut)
def get_result(poll_id):
    """The result; 409 `result-not-out` until the poll is closed. Idempotent."""
    with reading() as session:
        return _result(queries.result(session, queries.visible(session, poll_id)))


def _detail(session, poll):
    said = {name: getattr(poll, name) for name in PollDetail._declared_fields if hasattr(poll, name)}
    return {
        **said,
        "turnout": queries.turnout(session, poll),
        "voted": queries.has_voted(session, poll, actor().person_id),
    }


def _result(result):
    poll = result.poll
    return {
        "poll_id": poll.id,
        "outcome": poll.outcome,
        "entitled": poll.entitled,
        "answers": poll.answers,
        "withheld": poll.is_withheld,
        "rule_code": poll.rule_code,
        "sha256": poll.sha256,
        "needed": poll.rule.threshold.least(poll.entitled) if poll.rule else None,
        "roll_sha256": result.roll.sha256,
        "counts": [
            {
                "position": count.position,
                "text": count.text,
                "votes": count.votes,
                "reached": count.reached,
                "person_ids": result.names.get(count.position, []),
            }
            for count in result.counts
        ],
    }
