"""One IPP question over HTTP: pyipp writes, sends and reads it. Imported when something is asked: it takes 0.4 s.

What was met in pyipp 0.17.2, and why not everything of it is used:

- `execute` drops the printer's words (status-message) and which attributes it did not take; so the answer is
  read here, after `labels.printers.answer` looked it through.
- Its message puts requesting-user-name before job-id, where RFC 8011 (4.1.5) wants job-id to be the fourth; so
  messages are put together here and only encoded by it. What it has no tag for it leaves out without a word,
  as print-scaling, and it sends media as a name where a size is a keyword.
- Its time limit ends when the answer's first line is there, not when all of it is; so there is another here.
- Errors while the answer's body is read come as aiohttp's own, and an error page that is not UTF-8 as a
  UnicodeDecodeError.
- Messages above 1 MB are handed to aiohttp as bytes, which warns of that; so it is given a stream.
- It writes passwords in Latin-1 and through a part of aiohttp that is to go; so the header is written here.
- For `ipps://` it checks no certificate, which is as well: printers make their own.
"""

from __future__ import annotations

import asyncio
import io
from base64 import b64encode
from collections.abc import Mapping
from socket import gaierror
from typing import TYPE_CHECKING, Any

import aiohttp
from pyipp import IPP, IPPConnectionError, IPPConnectionUpgradeRequired, IPPResponseError
from pyipp.enums import IppOperation, IppTag
from pyipp.serializer import encode_dict
from pyipp.tags import ATTRIBUTE_TAG_MAP

from labels.printers.answer import NoAnswer, Unreadable, read
from labels.printers.manners import Limits

if TYPE_CHECKING:
    from labels.printers.ipp import Address

ATTRIBUTE_TAG_MAP.update({"media": IppTag.KEYWORD, "print-scaling": IppTag.KEYWORD})

_USER = "depot"
_NOT_REACHED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, gaierror)


def ask(
    address: Address,
    operation: str,
    limits: Limits,
    *,
    within: float,
    job: int | None = None,
    asks: Mapping[str, object] | None = None,
    template: Mapping[str, object] | None = None,
    document: bytes = b"",
) -> dict[str, Any]:
    """Ask a printer something and wait for the answer. Not to be called where an event loop runs.

    Args:
        operation: "PRINT_JOB" and so on, as `pyipp.IppOperation` has them; within: seconds.
        job: the job's number, where it is about one; asks: further operation attributes.
        template: the job's attributes; document: what is to be printed.

    Returns:
        The answer as `labels.printers.answer.read` gives it, whatever its status.

    Raises:
        NoAnswer: there was none, or it was no IPP.
    """
    target = {"printer-uri": address.uri} | ({} if job is None else {"job-id": job})
    message: dict[str, Any] = {
        "version": (2, 0),
        "operation": IppOperation[operation],
        "operation-attributes-tag": {
            "attributes-charset": "utf-8",
            "attributes-natural-language": "en",
            **target,
            "requesting-user-name": _USER,
            **(asks or {}),
        },
        "data": document,
    }
    if template:
        message["job-attributes-tag"] = dict(template)
    octets = asyncio.run(_Client.exchange(address, encode_dict(message), limits.connect, within))
    try:
        return read(octets)
    except Unreadable as wrong:
        raise NoAnswer(str(wrong), reached=True) from wrong


def _authorization(address: Address) -> dict[str, str]:
    if not address.user:
        return {}
    said = b64encode(f"{address.user}:{address.password}".encode()).decode()
    return {"Authorization": f"Basic {said}"}


class _Status(aiohttp.TraceConfig):
    """Keeps the HTTP status, which an error page that is no UTF-8 would hide, and closes what was answered.

    pyipp leaves a response open whose body it could not read to its end; the socket would stay with it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.code = 0
        self._answered: list[aiohttp.ClientResponse] = []
        self.on_request_end.append(self._keep)

    async def _keep(self, _: object, __: object, ended: aiohttp.TraceRequestEndParams) -> None:
        self.code = ended.response.status
        self._answered.append(ended.response)

    def close(self) -> None:
        """Let go of every connection that still belongs to an answer."""
        for one in self._answered:
            one.close()


class _Client(IPP):
    @classmethod
    async def exchange(cls, address: Address, octets: bytes, connect: float, within: float) -> bytes:
        times = aiohttp.ClientTimeout(total=None, sock_connect=connect)
        status = _Status()
        try:
            async with (
                asyncio.timeout(within),
                aiohttp.ClientSession(
                    timeout=times, trace_configs=[status], headers=_authorization(address)
                ) as session,
                cls(address.uri, session=session, request_timeout=int(within) + 1) as client,
            ):
                return await client._request(data=io.BytesIO(octets))
        except TimeoutError as late:
            raise NoAnswer(f"no answer within {within:g} s", reached=True) from late
        except IPPConnectionError as lost:
            cause = lost.__cause__
            raise NoAnswer(str(cause) or str(lost), reached=not isinstance(cause, _NOT_REACHED)) from lost
        except IPPConnectionUpgradeRequired as encrypted:
            raise NoAnswer("it wants ipps:// (HTTP 426)", reached=True, http=426) from encrypted
        except (IPPResponseError, UnicodeDecodeError) as refused:
            raise NoAnswer(f"HTTP {status.code}", reached=True, http=status.code) from refused
        except (aiohttp.ClientError, OSError) as broken:
            raise NoAnswer(f"the answer broke off: {broken!r}", reached=True) from broken
        finally:
            status.close()
