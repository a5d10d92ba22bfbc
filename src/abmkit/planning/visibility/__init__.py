"""How large the market is, and how much of it is known: segment size and market visibility.

`counting` says which directories name whom, `estimates` how many none of them names, `doubts` what
is to be held against that, and `visible` puts complete records beside it.
"""

from __future__ import annotations

from abmkit.planning.visibility.visible import Visible as Visible
from abmkit.planning.visibility.visible import visibility as visibility
