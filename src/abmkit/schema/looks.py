"""What speaks against several columns alike."""

from __future__ import annotations

from abmkit.schema.column import Look

NUMBERS = Look("bare_numbers", 0.8, "{share} of values are numbers")
ADDRESSES = Look("addresses_of_any_kind", 0.8, "{share} of values are web or e-mail addresses")
STATES_OF_AFFAIRS = Look("states_of_affairs", 0.6, "{share} of values say how something stands")
