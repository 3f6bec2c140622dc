"""Answers that a small Xero or Zoho owes to who asked it."""

import asyncio

import httpx

Promise = asyncio.Future[httpx.Response]


def end_loudly(task: "asyncio.Task[None]", promise: Promise) -> None:
    """What can't be played ends the process that asked for it, and so is found."""
    if not task.cancelled() and (error := task.exception()) and not promise.done():
        promise.set_exception(error)


def fail(promise: Promise, error: Exception) -> None:
    """Let an answer never come; who has given it up is told nothing more."""
    if not promise.done():
        promise.set_exception(error)
