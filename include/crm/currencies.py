"""How many decimals the smallest unit of a currency has (ISO 4217), and amounts in words. No I/O."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_NO_DECIMALS = frozenset(_WITHOUT_DECIMALS.split())
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_FOUR_DECIMALS = frozenset({"CLF", "UYW"})
MOST_DECIMALS = 10  # that people are shown
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP)


def decimals_of(currency_code: str) -> int:
    """E.g. 2 of EUR, 0 of JPY; 2 of a currency that is not known."""
    code = currency_code.strip().upper()
    if code in _NO_DECIMALS:
        return 0
    return 3 if code in _THREE_DECIMALS else 4 if code in _FOUR_DECIMALS else 2


def rounded(amount: Decimal, currency_code: str) -> Decimal:
    """An amount in whole smallest units, half a unit up: 1.005 EUR as 1.01."""
    return amount.quantize(Decimal(1).scaleb(-decimals_of(currency_code)), context=_ROUNDING)


def digits(amount: Decimal, decimals: int) -> str:
    """E.g. 1,204.50: with at least so many decimals, and with more, up to 10, if the amount has more.

    Postgres keeps amounts that are no numbers, such as NaN.
    """
    if not amount.is_finite():
        return "no amount"
    own = -int(amount.normalize().as_tuple().exponent)
    return f"{amount:,.{min(max(decimals, own), MOST_DECIMALS)}f}"


def money_in_words(amount: Decimal, currency_code: str) -> str:
    """E.g. 1,204.50 USD, 1,204 JPY or 1.005 KWD."""
    return f"{digits(amount, decimals_of(currency_code))} {currency_code}".rstrip()
