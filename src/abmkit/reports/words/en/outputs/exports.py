"""What is said in English of files for CRM and ad platforms."""

from __future__ import annotations

SENTENCES = {
    "export.targets": "Targets for --for:",
    "export.target_people": "people",
    "export.target_companies": "companies",
    "export.target_read": "Their rules were read on {days}; each file says what it was checked "
    "against.",
    "export.title": "{title}, by the rules of {read}: {source}",
    "export.written": "{count:,} row{count:?|s} in all",
    "export.update": "  {count:,} to update, by {id}",
    "export.insert": "  {count:,} to insert",
    "export.clear": "  {count:,} to clear: {count:?it|they} left the list since {run}",
    "export.first": "  0 to clear: there is no run before this one",
    "export.left": "  {count:,} left the list since {run}; nothing is cleared",
    "export.skipped": "{count:,} left out",
    "export.reason": "{count:,} {reason}",
    "export.example": "{reason}: {names}{more}",
    "export.matches": "Expected to be matched:",
    "export.by": "{count:,} of {rows:,} by {columns}{weak}",
    "export.weakly": " alone: may not match",
    "export.held_back": "{count:,} held back, in no file: {reasons}.",
    "export.would_be": "Files, if it were written:",
    "export.file": "{name}: {count:,} row{count:?|s}",
    "export.nothing_written": "Nothing was written.",
    # Why a row is left out.
    "export.missing": "no {columns}",
    "export.none_of": "needs {columns}",
    "export.no_key": "nothing to match by: {columns}",
    "export.too_long": "more bytes than a record may have",
    "export.repeated": "the {columns} of an earlier row",
    "export.no_crm_id": "left the list without a {columns}: cannot be cleared",
    "export.weak": "has only {columns} to be matched by",
    # What stops it.
    "export.nothing": "there is no row that it would take",
    "export.too_few": "takes at least {least:,} rows, here {rows:?is|are} {rows:,} ({source}, read "
    "{read})",
    "export.too_many": "takes at most {most:,} rows over all lists, here are {rows:,} ({source}, "
    "read {read})",
    "export.too_wide": "takes at most {most} columns, here are {columns} ({source}, read {read})",
    "export.stop_remedy": "nothing was written; --force writes what is too little or too much",
    "export.nothing_remedy": "nothing was written; the reasons are above",
    # What is to be known.
    "export.note": "Note: {note}.",
    "export.perhaps_too_few": "{target}: may take at least {least:,} rows, here {rows:?is|are} "
    "{rows:,}; that is not sure ({source}, read {read})",
    "export.advised": "{target}: {rows:,} rows are more than the {most:,} that are advised "
    "({source}, read {read})",
    "export.forced": "{target}: {text}; written all the same",
    "export.not_emptied": "{target}: nothing empties {fields}; what an account that left the list "
    "has there is named in [export.{target}] clear",
    "export.nothing_to_clear": "{target}: no field says who is on the list, so that nothing is "
    "cleared of the {count:,} that left it; name one in [export.{target}] fields",
    "export.no_ids": "{target}: no account has a crm_id, so that all are to be inserted; map it in "
    "a source, or some may be there twice",
    "export.before_unknown": "{target}: nothing is cleared: who left the list is not known, {why}",
    "export.no_consent_column": "nobody of {people:,} on the list is in a file: no column says who "
    "agreed; name it, --map consent=COLUMN",
}
