"""The refusals of requests that are not signed, or not well.

Source: facts, Authentication texts.
"""

from __future__ import annotations

from collections.abc import Iterable

from dynalite_py.model.errors import DynamoDBError


def foreign_host() -> DynamoDBError:
    """A web page asks under a host name that is not this server's. The service has no such text."""
    return DynamoDBError(
        "AccessDeniedException",
        "Web pages are not answered under this host name, unless --cors names their origin",
        status=403,
    )


# The form of a signature, which shows without a secret.


def missing_token() -> DynamoDBError:
    """Neither an Authorization header nor the query-string form."""
    return DynamoDBError(
        "MissingAuthenticationTokenException", "Request is missing Authentication Token"
    )


def doubly_signed() -> DynamoDBError:
    """Header form and query-string form in one request."""
    return _invalid(
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
    )


def header_lacks(parts: Iterable[str], *, dated: bool, authorization: str) -> DynamoDBError:
    """An Authorization header without these of its parts, or a request without a date."""
    faults = [f"Authorization header requires '{part}' parameter. " for part in parts]
    if not dated:
        faults.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        )
    return _incomplete(f"{''.join(faults)}Authorization={authorization}")


def query_lacks(parts: Iterable[str]) -> DynamoDBError:
    """A query string with a part of a signature and without these."""
    faults = (f"AWS query-string parameters must include '{part}'. " for part in parts)
    return _incomplete(f"{''.join(faults)}Re-examine the query-string parameters.")


def bad_date(date: str) -> DynamoDBError:
    """A date that is none, or is written otherwise than ``20261123T000000Z``."""
    return _incomplete(
        f"Date must be in ISO-8601 'basic format'. Got '{date}'. "
        "See http://en.wikipedia.org/wiki/ISO_8601"
    )


def bad_algorithm(algorithm: str) -> DynamoDBError:
    """Another algorithm than the one of Signature Version 4."""
    return _incomplete(
        f"Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). "
    )


def bad_credential(credential: str) -> DynamoDBError:
    """A credential of more or fewer than five parts."""
    return _incomplete(
        "Credential must have exactly 5 slash-delimited elements, "
        f"e.g. keyid/date/region/service/term, got '{credential}'"
    )


# What a signature is compared with: the clock, the scope, the secret.


def expired(date: str, *, bound: str, now: str, minutes: int) -> DynamoDBError:
    """A request older than the bound, which lies so many minutes before now."""
    return _invalid(
        f"Signature expired: {date} is now earlier than {bound} ({now} - {minutes} min.)"
    )


def not_yet_current(date: str, *, bound: str, now: str, minutes: int) -> DynamoDBError:
    """A request from later than the bound, which lies so many minutes after now."""
    return _invalid(
        f"Signature not yet current: {date} is still later than {bound} ({now} + {minutes} min.)"
    )


def host_not_signed() -> DynamoDBError:
    """A signature that does not cover the Host header."""
    return _invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.")


def badly_scoped(faults: Iterable[str]) -> DynamoDBError:
    """A credential for something else than this service, today; the faults: the texts below."""
    return _invalid("".join(faults))


def scope_region(region: str) -> str:
    """The fault of a scope for no region."""
    return f"Credential should be scoped to a valid region, not '{region}'. "


def scope_service(service: str) -> str:
    """The fault of a scope for another service. service: the right one."""
    return f"Credential should be scoped to correct service: '{service}'. "


def scope_terminator(terminator: str, given: str) -> str:
    """The fault of a scope that does not end in the terminator."""
    return f"Credential should be scoped with a valid terminator: '{terminator}', not '{given}'. "


def scope_date(given: str, date: str) -> str:
    """The fault of a scope for another day than the request's. date: in ISO-8601's basic format."""
    return (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'{given}' != '{date[:8]}', from '{date}'."
    )


def unknown_key() -> DynamoDBError:
    """An access key that nobody has, or a session token that goes with none."""
    return DynamoDBError(
        "UnrecognizedClientException", "The security token included in the request is invalid."
    )


def wrong_signature() -> DynamoDBError:
    """A signature made with another secret, or over another request."""
    return _invalid(
        "The request signature we calculated does not match the signature you provided. Check your "
        "AWS Secret Access Key and signing method. Consult the service documentation for details."
    )


def _incomplete(text: str) -> DynamoDBError:
    return DynamoDBError("IncompleteSignatureException", text)


def _invalid(text: str) -> DynamoDBError:
    return DynamoDBError("InvalidSignatureException", text)
