"""Health: whether the process lives, and whether it can do its work now."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache, partial

from flask import Flask, Response
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shared.edges.http import answered
from shared.edges.requests import serving
from shared.erasure.reapplying import reapply
from shared.errors import Refused, Unavailable
from shared.limits import READY_S
from shared.sourcing.running import RunningService
from shared.sourcing.tables import log_head


def add_to(app: Flask, service: str) -> None:
    """``/<service>/health/live`` and ``/<service>/health/ready``, open to all and telling nothing else."""

    @cache
    def threads() -> ThreadPoolExecutor:
        # Made when first asked, so after any fork; and few, so that what keeps silent does not keep ever more waiting.
        return ThreadPoolExecutor(max_workers=3, thread_name_prefix=f"{service}-ready")

    @cache
    def stays_erased(here: RunningService) -> None:
        # Once a process: a key store is brought back only while nothing runs on it. What fails is tried again.
        reapply(here)

    def live() -> Response:
        return answered({"status": "live"})

    def ready() -> Response:
        here = serving(service).running
        questions = [partial(each, here) for each in (_log_answers, _keys_answer, stays_erased)]
        try:
            _answer_all(threads(), questions)
        except (SQLAlchemyError, Refused) as failed:
            raise Unavailable from failed
        return answered({"status": "ready"})

    app.add_url_rule(f"/{service}/health/live", f"{service}.live", live)
    app.add_url_rule(f"/{service}/health/ready", f"{service}.ready", ready)


def _answer_all(threads: ThreadPoolExecutor, questions: Sequence[Callable[[], None]]) -> None:
    """Ask everything at the same time; raises what one raised, or Unavailable for one that is not answered in time."""
    asked = [threads.submit(question) for question in questions]
    answers, silent = wait(asked, READY_S)
    for each in silent:
        each.cancel()
    for each in answers:
        each.result()
    if silent:
        raise Unavailable


def _log_answers(here: RunningService) -> None:
    """It lets in the account that works on it, and the one that people's lists are read by."""
    for account in (here.log.reading(), here.log.shown(())):
        with account as tx:
            tx.execute(select(log_head.c.size)).scalar_one()


def _keys_answer(here: RunningService) -> None:
    here.keyring.answers()
