"""The 32 councils, the 14 health boards and the codes they had before: facts from public code lists."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from shared.vocabulary.identity import GssCode

SCOTLAND: Final = GssCode("S92000003")


class Council(NamedTuple):
    """A local authority and the health board that covers it; the board of a council is from recall, to be checked."""

    code: GssCode
    name: str
    health_board: GssCode


# Codes and names were checked against public lists. One such list calls S12000042 East Ayrshire; it is Dundee City.
_ROWS: Final = """
S12000033 S08000020 Aberdeen City
S12000034 S08000020 Aberdeenshire
S12000041 S08000030 Angus
S12000035 S08000022 Argyll and Bute
S12000036 S08000024 City of Edinburgh
S12000005 S08000019 Clackmannanshire
S12000006 S08000017 Dumfries and Galloway
S12000042 S08000030 Dundee City
S12000008 S08000015 East Ayrshire
S12000045 S08000031 East Dunbartonshire
S12000010 S08000024 East Lothian
S12000011 S08000031 East Renfrewshire
S12000014 S08000019 Falkirk
S12000047 S08000029 Fife
S12000049 S08000031 Glasgow City
S12000017 S08000022 Highland
S12000018 S08000031 Inverclyde
S12000019 S08000024 Midlothian
S12000020 S08000020 Moray
S12000013 S08000028 Na h-Eileanan Siar
S12000021 S08000015 North Ayrshire
S12000050 S08000032 North Lanarkshire
S12000023 S08000025 Orkney Islands
S12000048 S08000030 Perth and Kinross
S12000038 S08000031 Renfrewshire
S12000026 S08000016 Scottish Borders
S12000027 S08000026 Shetland Islands
S12000028 S08000015 South Ayrshire
S12000029 S08000032 South Lanarkshire
S12000030 S08000019 Stirling
S12000039 S08000031 West Dunbartonshire
S12000040 S08000024 West Lothian
"""

COUNCILS: Final[Mapping[GssCode, Council]] = MappingProxyType(
    {
        GssCode(code): Council(GssCode(code), name, GssCode(board))
        for code, board, name in (row.split(maxsplit=2) for row in _ROWS.strip().splitlines())
    }
)

HEALTH_BOARDS: Final[Mapping[GssCode, str]] = MappingProxyType(
    {
        GssCode("S08000015"): "Ayrshire and Arran",
        GssCode("S08000016"): "Borders",
        GssCode("S08000017"): "Dumfries and Galloway",
        GssCode("S08000019"): "Forth Valley",
        GssCode("S08000020"): "Grampian",
        GssCode("S08000022"): "Highland",
        GssCode("S08000024"): "Lothian",
        GssCode("S08000025"): "Orkney",
        GssCode("S08000026"): "Shetland",
        GssCode("S08000028"): "Western Isles",
        GssCode("S08000029"): "Fife",
        GssCode("S08000030"): "Tayside",
        GssCode("S08000031"): "Greater Glasgow and Clyde",
        GssCode("S08000032"): "Lanarkshire",
    }
)

RETIRED: Final[Mapping[str, GssCode]] = MappingProxyType(
    {
        "S12000015": GssCode("S12000047"),  # Fife, boundary change of 2 February 2018
        "S12000024": GssCode("S12000048"),  # Perth and Kinross, the same day
        "S12000044": GssCode("S12000050"),  # North Lanarkshire, 1 April 2019
        "S12000046": GssCode("S12000049"),  # Glasgow City, the same day
        "S12000043": GssCode("S12000049"),  # Glasgow City, older
        "S12000009": GssCode("S12000045"),  # East Dunbartonshire, older
    }
)
"""Codes still met in files, and the code each council has now."""

RETIRED_BOARDS: Final[Mapping[str, GssCode]] = MappingProxyType(
    {
        "S08000018": GssCode("S08000029"),
        "S08000027": GssCode("S08000030"),
        "S08000021": GssCode("S08000031"),
        "S08000023": GssCode("S08000032"),
    }
)

ALIASES: Final[Mapping[str, GssCode]] = MappingProxyType(
    {
        "Edinburgh": GssCode("S12000036"),
        "Eilean Siar": GssCode("S12000013"),
        "Comhairle nan Eilean Siar": GssCode("S12000013"),
        "Western Isles": GssCode("S12000013"),
        "Orkney": GssCode("S12000023"),
        "Shetland": GssCode("S12000027"),
        "Borders": GssCode("S12000026"),
    }
)
"""Other names that people use for a council's area."""
