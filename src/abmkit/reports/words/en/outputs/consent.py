"""What is said in English of who may be written to, and to what they said yes."""

from __future__ import annotations

SENTENCES = {
    "consent.for_any": "marketing",
    "consent.for_ads": "ads",
    "consent.for_email": "e-mail",
    "consent.for_phone": "calls",
    "consent.for_messages": "messages",
    "consent.for_post": "post",
    # How many are in no file.
    "consent.held_refused": "{count:,} said no",
    "consent.held_withdrawn": "{count:,} took their yes back",
    "consent.held_expired": "{count:,} whose yes has ended",
    "consent.held_unclear": "{count:,} whose answer nobody understands",
    "consent.held_unanswered": "{count:,} did not answer",
    "consent.held_unasked": "{count:,} were not asked",
    "consent.held_other_purpose": "{count:,} said yes, but not to {purpose}",
    "consent.held_not_listed": "{count:,} of no account on the list",
    # The same of one row, in skipped.csv.
    "consent.row_refused": "said no",
    "consent.row_withdrawn": "took the yes back",
    "consent.row_expired": "the yes has ended",
    "consent.row_unclear": "the answer is not understood",
    "consent.row_unanswered": "did not answer",
    "consent.row_unasked": "was not asked",
    "consent.row_other_purpose": "said yes, but not to {purpose}",
    "consent.row_not_listed": "of no account on the list",
    "consent.on": "{why}, {day}",
    "consent.only_for_others": "{people:,} people on the list said yes to {said} alone, and this "
    "is for {wanted}; if a yes covers that, too, name its column, --map consent=COLUMN",
    "consent.left_out": "columns about people are left out: {columns}",
}
