"""Similar: which accounts of a market resemble some companies, such as the best customers."""

from __future__ import annotations

from abmkit.steps.similar.customers import Customers as Customers
from abmkit.steps.similar.lookalikes import BETWEEN as BETWEEN
from abmkit.steps.similar.lookalikes import Lookalikes as Lookalikes
from abmkit.steps.similar.lookalikes import similar as similar
