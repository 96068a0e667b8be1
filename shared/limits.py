"""How much of anything is taken, and how long anything is waited for: every limit, in one place, with its unit."""

from typing import Final, NamedTuple

# What a request may hold.
KIBIBYTE: Final = 1024
MEBIBYTE: Final = 1024 * KIBIBYTE
BODY_BYTES: Final = MEBIBYTE
FORM_BYTES: Final = 256 * KIBIBYTE
"""Of a form, in memory."""
FORM_PARTS: Final = 50
URL_BYTES: Final = 4 * KIBIBYTE
"""Of path and query together; a server in front counts the method and the protocol too."""
HEADER_FIELDS: Final = 64
HEADER_BYTES: Final = 8 * KIBIBYTE
"""Of one header."""
HEADERS_BYTES: Final = 32 * KIBIBYTE
"""Of all headers together."""
TOKEN_BYTES: Final = 4 * KIBIBYTE

# What a JSON text may hold.
JSON_DEPTH: Final = 32
JSON_KEYS: Final = 1_000
"""Of one object."""
JSON_ITEMS: Final = 1_000
"""Of one list."""
JSON_VALUES: Final = 100_000
TEXT_BYTES: Final = 64 * KIBIBYTE
WHOLE: Final = 2**53
"""Whole numbers either way: beyond it whoever keeps numbers as doubles sees another one (RFC 8259, section 6)."""

# What a signed note may hold.
NOTE_BYTES: Final = 64 * KIBIBYTE
NOTE_SIGNATURES: Final = 64

# What a field may hold.
CODE_CHARACTERS: Final = 200
TEXT_CHARACTERS: Final = 60_000

# What a spreadsheet may hold; it comes as a body, so no larger than one.
SHEET_LINES: Final = 100_000
"""Lines that are looked through for rows with something in them."""
SHEET_ROWS: Final = 20_000
SHEET_COLUMNS: Final = 200
CELL_CHARACTERS: Final = 2_000
ARCHIVE_PARTS: Final = 500
ARCHIVE_BYTES: Final = 8 * MEBIBYTE
"""Of all parts together, unpacked."""
ARCHIVE_RATIO: Final = 100
"""How many times as large a part may become."""
ARCHIVE_SMALL_BYTES: Final = 64 * KIBIBYTE
"""Below which nobody minds how well a part was packed."""
ARCHIVE_TAGS: Final = 1_000_000
"""In all parts together: memory goes by these, not by bytes."""

# What an answer may hold.
PAGE_ROWS: Final = 50
LARGEST_PAGE_ROWS: Final = 200
WAITING_ANSWERS: Final = 20_000
"""Anonymous answers of one survey that may wait to be released: what protects the disc knows no time and no sender."""

# How long a database is waited for.
CONNECT_S: Final = 2
"""Until a server is away that cannot be found, does not let in, or whose machine acknowledges nothing."""
POOL_S: Final = 5
"""For a connection which others use: a server that is busy is not away."""
STATEMENT_S: Final = 5
LOCK_S: Final = 2
IDLE_S: Final = 10
"""That a transaction may lie open with nothing asked in it. These three hold where a request is served."""
WORKING_STATEMENT_S: Final = 60
WORKING_LOCK_S: Final = 60
WORKING_IDLE_S: Final = 60
"""The same where nobody waits for an answer: a worker, a migration, a rebuild, an audit."""
SQLITE_BUSY_S: Final = 30
"""For the one writer that SQLite lets in; requests and workers of the embedded form stand in the same queue."""
POOL: Final = 10
"""Connections of a process to one database, and as many again when it is busy."""
ALLOWANCE_POOL: Final = 2
"""Connections for counting requests: each is held for one short statement."""
THREADS: Final = 8
"""Of a process that serves requests, unless it is told another number."""
MOST_THREADS: Final = 64
READY_S: Final = 3.0
"""Within which both databases have to answer; a container waits a little longer for its own process."""

# How long others are waited for.
ISSUER_BYTES: Final = 256 * KIBIBYTE
"""How much an issuer elsewhere may answer with."""
HTTP_CONNECT_S: Final = 3.0
HTTP_S: Final = 5.0
"""For another service, connected to."""
BROKER_CONNECT_S: Final = 3
BROKER_ANSWER_S: Final = 5.0
"""For a confirmation, or anything else that the broker answers."""
IDLE_CLIENT_S: Final = 10
"""For a client that has stopped in the middle of a request."""
RETRY_AFTER_S: Final = 2
"""What a client is told to wait when something that the service needs is away."""


class Allowance(NamedTuple):
    """How often something may be done: so many times at once, and then so many a minute."""

    at_once: int
    a_minute: int


READS: Final = Allowance(1_000, 3_000)
CHANGES: Final = Allowance(500, 600)
OPENINGS: Final = Allowance(300, 600)
"""Of what is sealed: each shows somebody's words."""
CONCERNS: Final = Allowance(500, 1_200)
"""Of raising one: apart from all else, so that whatever somebody's programme does, a child's danger can be told of."""
SERVICE_CALLS: Final = Allowance(5_000, 30_000)
"""Of the services among themselves. All of these hold for one caller, over all of a service's processes."""
ANSWERS_AT_ONCE: Final = 3_000
ANSWERS_S: Final = 600
"""Anonymous answers to all surveys together, so many in so long; by whom is not known, and when not more exactly."""
ATTEMPTS: Final = 100
ATTEMPTS_S: Final = 600
"""Tokens that are not what they should be, so many in so long from one network; then each is refused unread."""
NETWORKS: Final = 10_000
"""That are told apart; more of them are counted together."""
LONGEST_WAIT_S: Final = 60
"""What whoever fails again and again is told to wait at most."""
UNCOUNTED_S: Final = 5
"""For which requests go uncounted once the count does not answer."""
