"""The edges: HTTP, the bus, the clock and everything else that the outside world is met through."""
