"""What is worth looking up: which unknown fields could change an account's tier, and how likely.

`outcomes` says what a field could decide for each account, `chances` how often it does among the
accounts of which it is known, `rooms` which tier an account with another score would be in, and
`lookups` puts them together.
"""

from __future__ import annotations

from abmkit.planning.research.lookups import Lookups as Lookups
from abmkit.planning.research.lookups import worth_looking_up as worth_looking_up
