"""Rate limits for signing in, asking for a new password and opening invitations, shared by all web workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar

from flask import Flask, request
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from ledger.services.accounts import normal_address
from ledger.store.accounts import RateCount
from ledger.store.engine import write_transaction
from ledger.store.upsert import insert_for

SIGN_IN = "10 per 5 minutes"
RESET = "5 per hour"
INVITATION = "20 per hour"


class DatabaseStorage(Storage):
    """Counts in the table rate_count. Counting is one SQL statement, so workers, threads and hosts share it safely."""

    STORAGE_SCHEME: ClassVar[list[str]] = ["ledger"]  # type: ignore[misc] # a class variable in Storage, too

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        *,
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
        **options: Any,
    ) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._sessions = sessions
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count, starting a new window where the last one is over. Returns the count."""
        now = self._clock().timestamp()
        table = RateCount.table()
        with self._sessions() as session, write_transaction(session):
            first = insert_for(session, table).values(key=key, count=amount, expires_at=now + expiry)
            over = table.c.expires_at <= now
            count = session.execute(
                first.on_conflict_do_update(
                    index_elements=["key"],
                    set_={
                        "count": case((over, amount), else_=table.c.count + amount),
                        "expires_at": case((over, now + expiry), else_=table.c.expires_at),
                    },
                ).returning(table.c.count)
            ).scalar_one()
            if count == amount:  # a window begins: delete the windows that are over
                session.execute(delete(table).where(table.c.expires_at <= now))
            return int(count)

    def get(self, key: str) -> int:
        found = self._row(key)
        return found[0] if found else 0

    def get_expiry(self, key: str) -> float:
        found = self._row(key)
        return found[1] if found else self._clock().timestamp()

    def check(self) -> bool:
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int | None:
        with self._sessions() as session, write_transaction(session):
            removed = session.execute(delete(RateCount.table()).returning(RateCount.table().c.key))
            return len(removed.all())

    def clear(self, key: str) -> None:
        with self._sessions() as session, write_transaction(session):
            session.execute(delete(RateCount.table()).where(RateCount.table().c.key == key))

    def _row(self, key: str) -> tuple[int, float] | None:
        table = RateCount.table()
        with self._sessions() as session:
            row = session.execute(
                select(table.c.count, table.c.expires_at).where(
                    table.c.key == key, table.c.expires_at > self._clock().timestamp()
                )
            ).one_or_none()
        return (row.count, row.expires_at) if row else None  # type: ignore[return-value] # a row's count is also a method


def address() -> str:
    """The client's IP address. A home or office has a whole /64 of IPv6 addresses, which count as one."""
    try:
        host = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ip_network((host, 64), strict=False)) if host.version == 6 else str(host)


def typed_account() -> str:
    """A key for the account somebody tries to use, whether or not it exists. It holds only a hash of the address."""
    typed = request.form.get("email", "")
    try:
        typed = normal_address(typed)
    except ValueError:
        typed = typed.strip().lower()
    return "account-" + sha256(typed.encode()).hexdigest()


def install(app: Flask) -> None:
    """Apply the limits to the views, which must all be registered by now."""
    limiter = Limiter(
        address,
        app=app,
        storage_uri="ledger://",
        storage_options={
            "sessions": app.extensions["ledger.sessions"],
            "clock": app.extensions["ledger.clock"],
        },
        strategy="fixed-window",
        key_prefix="limit",
    )
    for endpoint, often, methods, keys in (
        ("security.login", SIGN_IN, ["POST"], (address, typed_account)),
        ("security.forgot_password", RESET, ["POST"], (address, typed_account)),
        ("account.join", INVITATION, ["GET", "POST"], (address,)),
    ):
        for key in keys:
            limit = limiter.limit(often, key_func=key, methods=methods, scope=key.__name__)
            view: Callable[..., Any] = limit(app.view_functions[endpoint])
            app.view_functions[endpoint] = view
