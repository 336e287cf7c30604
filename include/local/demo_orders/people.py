"""Customers of generator.py and their addresses: invented people at real places.

States are written as CRMs hold them: name, code, code with country, or empty if addresses of the country have
no state.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Country:
    """Places are (street, city, spellings of the state, postal code); `tax` is a share of the goods."""

    code: str
    tax: Decimal
    telephone: str
    people: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str, tuple[str, ...], str], ...]


COUNTRIES = (
    Country(
        "US",
        Decimal("0.0825"),
        "+1 512 555 01{:02}",
        (
            ("Jane", "Doe"),
            ("Luis", "Núñez"),
            ("Mary-Ann", "O'Brien"),
            ("Kwame", "Brooks Jr."),
            ("Zoë", "Kim"),
        ),
        (
            ("123 Main Street", "Austin", ("Texas", "TX", "US-TX"), "78751"),
            ("1600 Pennsylvania Avenue NW", "Washington", ("District of Columbia", "DC"), "20500"),
            ("55 5th Ave #3", "New York", ("New York", "NY"), "10003-4398"),
            ("8 Aloha Drive", "Honolulu", ("Hawaii", "HI"), "96815"),
            ("Calle Luna 7", "San Juan", ("Puerto Rico", "PR"), "00901"),
        ),
    ),
    Country(
        "CA",
        Decimal("0.13"),
        "+1 416 555 01{:02}",
        (("Chloé", "Tremblay"), ("Liam", "MacDonald"), ("Noah", "Gagné-Roy")),
        (
            ("100 Queen St W", "Toronto", ("Ontario", "ON", "CA-ON"), "M5H 2N2"),
            ("12 rue Saint-Jean", "Québec", ("Quebec", "QC"), "G1R 1P8"),
            ("9 Water St", "St. John's", ("Newfoundland and Labrador", "NL"), "A1C 1A1"),
        ),
    ),
    Country(
        "GB",
        Decimal("0.20"),
        "+44 20 7946 00{:02}",
        (("Siobhán", "Ó Ceallaigh"), ("Oliver", "Smith-Jones"), ("Priya", "Patel")),
        (
            ("Flat 2, 10 High Street", "London", ("",), "SW1A 1AA"),
            ("4 Market Row", "Llanfairpwllgwyngyll", ("", "Wales"), "LL61 5UJ"),
        ),
    ),
    Country(
        "DE",
        Decimal("0.19"),
        "+49 30 5550 1{:02}",
        (("Jürgen", "Müller"), ("Käthe", "Großmann"), ("Ayşe", "Çelik")),
        (
            ("Königsallee 5", "Düsseldorf", ("Nordrhein-Westfalen", "NW", ""), "40212"),
            ("Straße des 17. Juni 1", "Berlin", ("Berlin", "DE-BE", ""), "10623"),
        ),
    ),
    Country(
        "FR",
        Decimal("0.20"),
        "+33 1 99 00 01 {:02}",
        (("Amélie", "Lefèvre"), ("François", "D'Œuvre")),
        (
            ("3 bis, rue de l'Église", "Paris", ("",), "75005"),
            ("1 cours Mirabeau", "Aix-en-Provence", ("",), "13100"),
        ),
    ),
    Country(
        "AU",
        Decimal("0.10"),
        "+61 2 5550 01{:02}",
        (("Matilda", "Nguyen"), ("Jack", "Walker")),
        (
            ("1 Macquarie St", "Sydney", ("New South Wales", "NSW", "AU-NSW"), "2000"),
            ("PO Box 9", "Alice Springs", ("Northern Territory", "NT"), "0870"),
        ),
    ),
    Country(
        "JP",
        Decimal("0.10"),
        "+81 3 5550 01{:02}",
        (("太郎", "山田"), ("さくら", "佐藤")),
        (
            ("千代田1-1", "千代田区", ("Tokyo", "13", "JP-13"), "100-0001"),
            ("Umeda 3-1-1", "Osaka", ("Osaka",), "530-0001"),
        ),
    ),
    Country(
        "BR",
        Decimal("0.17"),
        "+55 11 5550 01{:02}",
        (("João", "da Conceição"), ("Luíza", "Araújo")),
        (
            ("Avenida Paulista, 1578", "São Paulo", ("São Paulo", "SP", "BR-SP"), "01310-200"),
            ("Rua Chile, 2", "Salvador", ("Bahia", "BA"), "40020-000"),
        ),
    ),
    Country(
        "NL",
        Decimal("0.21"),
        "+31 20 555 01{:02}",
        (("Sanne", "van 't Hoff"),),
        (("Prinsengracht 263-H", "Amsterdam", ("", "Noord-Holland"), "1016 GV"),),
    ),
    Country(
        "PL",
        Decimal("0.23"),
        "+48 22 555 01{:02}",
        (("Łukasz", "Żółć"),),
        (("ul. Świętokrzyska 14", "Łódź", ("",), "90-001"),),
    ),
    Country(
        "SG",
        Decimal("0.09"),
        "+65 6555 01{:02}",
        (("Wei Ling", "Tan"),),
        (("1 Raffles Place #20-01", "Singapore", ("",), "048616"),),
    ),
    Country(
        "IE",
        Decimal("0.23"),
        "+353 1 555 01{:02}",
        (("Aoife", "Ní Bhriain"),),
        (("2 Grafton Street", "Dublin", ("", "Dublin"), "D02 VF25"),),
    ),
)
MOST_COMMON = 8  # weight of the first country; each other one weighs 1
