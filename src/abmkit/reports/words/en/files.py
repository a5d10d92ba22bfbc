"""What is said in English of files, their columns and their quality."""

from __future__ import annotations

SENTENCES = {
    # What of tables and ids may not be as expected.
    "load.unreadable": "{source}: {count:,} of {column!r} not read as {target}: {samples}{note}",
    "load.note": " ({note})",
    "load.not_used": "{source}: {column!r} is not used: it looks like {target}, {evidence}"
    "{samples}",
    "load.such_as": ", such as {samples}",
    "load.no_rate": "{source}: {column!r} is not used: it looks like {target} in {currency}, for "
    "which there is no rate; set rates = {{ {currency} = … }}, what one {currency} is worth in "
    "{own}",
    "load.repaired": "{source}: {count:,} of {column!r} repaired: {note}: {samples}",
    "load.rows_repaired": "{source}: {count:,} rows repaired: {how}",
    "load.other_table": "{source}: another table is not read: {table}",
    "load.other_sheets": "{source}: read from one sheet or table of the file; not read: {sheets}",
    "load.left_out": "{source}: not read, for there are bytes in it that are no text: {columns}",
    "frame.index": "the frame's index ({names}) is no column and not read: make it one with "
    "reset_index()",
    "load.rejected": "{source}: {count:,} rows rejected{place}{keep}",
    "load.keep": "; keep them with --rejects FILE",
    "convert.rows_repaired": "{source}: {count:,} rows repaired, {how}: line {lines}",
    "convert.first": " ({line}{reason})",
    "convert.line": "line {line}: ",
    "convert.no_header": "{source}: no row names the columns",
    "convert.renamed": "{source}: names that stand twice in the header are told apart: {names}",
    "convert.aside": "{source}: {lines} lines above and below the table are notes",
    "match.rejected": "{count:,} rows do not fit the header; keep them with --rejects",
    "ids.merged": "{count:,} account ids merged since the last run: {named}{more}",
    "ids.merged_one": "{other} into {id}",
    "ids.split": "{count:,} account ids split since the last run: {named}{more}",
    "ids.split_one": "{id} from {other}",
    "ids.no_ledger": "{file}: no ledger there yet, ids start afresh",
    "keys.shared": "{key}: {count:,} compan{count:?y names|ies share} {value}, which is no "
    "identity of {count:?its own|theirs}; not used",
    "keys.shared_more": "{keys}: {count:,} more value{count:?|s} that {companies:,} unlike "
    "companies share; not used",
    "protect.overridden": "dedupe.prefer: {column} of {companies:,} compan{companies:?y|ies} is "
    "{kept!r} where another record says {lost!r}; without prefer that would be kept",
    "decision.no_record": "decision on {decision}: nothing here is called {called}",
    "pin.not_followed": "pin {account!r}: {why}",
    "doubt.no_criteria": "score: there are no criteria, so no account has a score",
    "doubt.no_tiers": "tier: there are no tiers, so no account is on the list",
    "doubt.margin": "tier.stability.margin counts in points; rank_by begins with {column}: where "
    "a tier is full, min_days and max_moves alone hold places",
    "tier.no_previous": "tier.stability holds nobody: there is no list of before; name one with "
    "--previous",
    "tier.other_accounts": "none of the {count:,} account{count:?|s} of the list of before is here",
    "doubt.band": "{where}: band {band} is never reached, band {earlier} takes all of it",
    "doubt.churn_band": "{scorecard}: score.criteria.{criterion}: band {band} is never reached, "
    "band {earlier} takes all of it",
    "doubt.churn_nobody": "exclude.churn: nobody is excluded, for no account is likelier than "
    "{most:number}%: the scorecard goes from {low:.0%} to {high:.0%}",
    "doubt.churn_everybody": "exclude.churn: every account of which something is known is excluded "
    "as likelier than {most:number}%: the scorecard goes from {low:.0%} to {high:.0%}",
    "doubt.tier": "tier.tiers.{tier}: min_score {least:g} is above that of {above}, which is tried "
    "first",
    # What of a config meets nobody.
    "unmet.literal": "{where}: no account has {column} {asked}{near}",
    "unmet.beside": "{where}: others of its list are here, but no account has {literals}{more}",
    "unmet.in_rows": "{where}: no row has {column} {asked}{near}",
    "unmet.source": "{where}: holds for none of {rows:,} rows, so none is taken",
    "unmet.is": "{literal}",
    "unmet.near": "; {values}",
    "unmet.commonest": "; the commonest: {values}",
    "unmet.has": "{value!r} has {count:,}",
    "unmet.reads_unknown": "; it reads as unknown: ask for known = false",
    "unmet.more_literals": "{count:,} more value{count:?|s} that rules name and no account has: "
    "see review.csv",
    "unmet.unknown": "{rules}: no account's {column} is known",
    "unmet.rule": "{where}: holds for no account",
    "unmet.rules": "{count:,} rules hold for no account: {samples}{more}",
    "unmet.band": "{where}: band {band} holds for no account",
    "unmet.bands": "{count:,} bands hold for no account: {samples}{more}",
    "unmet.row": "{table}: row {row}: no account has {keys}",
    "unmet.rows": "{table}: {count:,} row{count:? meets|s meet} no account: {samples}{more}",
    "unmet.key": "{keys}",
    # The quality of sources.
    "suppression.rejected": "suppression list {list}: {count:,} of {read:,} rows name nobody, so "
    "exclude nobody: {why}; a run's review.csv has all",
    "suppression.why": "row{rows:?|s} {numbers}{more} ({reason})",
    "suppression.empty": "suppression list {list}: it is empty, so excludes nobody",
    "suppression.filtered": "suppression list {list}: its when leaves none of {read:,} rows, so it "
    "excludes nobody",
    "suppression.expired": "suppression list {list}: it ended on {until}, so its {entries:,} "
    "entr{entries:?y excludes|ies exclude} nobody",
    "suppression.none_found": "suppression list {list}: not one of its {entries:,} "
    "entr{entries:?y|ies} is an account here; is it the right file, and {columns} the right "
    "column{count:?|s}?",
    "suppression.some_found": "suppression list {list}: {missing:,} of {entries:,} entries are no "
    "account here",
    "suppression.fewer": "suppression list {list}: {entries:,} entr{entries:?y|ies}, "
    "{before:,} in the run before; is it whole?",
    "suppression.column_lost": "suppression list {list}: no {column!r} ({target}), which it had "
    "in the run before",
    "protect.column_lost": "{source}: no {column!r} ({target}), which protected accounts in the "
    "run before",
    "suppression.list_lost": "suppression list {list}: the run before had it, with {before:,} "
    "entr{before:?y|ies}; this one has not",
    "quality.rejected": "{source}: {rejected:,} of {read:,} rows rejected",
    "quality.unreadable": "{source}: {share:.0%} of {column!r} not read as {target}: {samples}",
    "quality.not_given": "{column}, which no source gives, is read by {places}",
    "quality.kept": "{own!r} of {source} is kept as {name}: read that in {places}",
    "protect.unclear": "{source}: {column!r} says {samples}, neither yes nor no: {count:,} "
    "row{count:?|s} taken as do_not_contact",
    "protect.unread": "{source}: {count:,} of {column!r} not read as {target}, which "
    "protects: {samples}",
    "quality.half_known": "{source}: {column}, which rules read, is known in {share:.0%} of rows",
    "quality.implausible": "{source}: {count:,} implausible {column}: {samples}",
    "quality.heads": "{source}: {count:,} rows with an implausible revenue per employee: {samples}",
    "quality.sparse": "{source}: its {columns} columns are {share:.0%} full on average",
    "quality.labels_differ": "{first} has {firsts} industry labels, {second} {seconds}, and they "
    "share {shared}: give both the project's own with [industry] map",
    "quality.unmapped": "{source}: {labels:,} industry label{labels:?|s} of {rows:,} rows are not "
    "in {table}: {shown}{more}",
    "quality.label": "{label!r} ({count:,})",
    "check.rows": "{source}: {rows:,} rows",
    "check.files": "{files} file{files:?|s}",
    "check.rejected": "{count:,} rejected",
    "check.filtered": "{count:,} left out by when",
    "check.as_of": "as of {span}{stale}",
    "check.span": "{oldest} to {newest}",
    "check.stale": " (over two years ago)",
    "check.unreadable": "! {column}: not read as {target}: {samples}",
    "check.implausible": "! {column}: {count:,} implausible: {samples}",
    "check.heads": "! revenue per employee: {count:,} implausible: {samples}",
    "check.to_suppress": "{list}: {entries:,} to suppress",
    "check.no_problems": "no problems found",
    "table.column": "column",
    "table.becomes": "becomes",
    "table.sure": "sure",
    "table.filled": "filled",
    "table.valid": "valid",
    "table.distinct": "distinct",
    "table.unreadable": "unreadable",
    "table.example": "for example",
    # Inspect.
    "inspect.file": "{name}: {parts}",
    "inspect.stdin": "stdin",
    "inspect.sheet": "sheet {sheet!r}",
    "inspect.delimiter": "cells divided by {delimiter!r}",
    "inspect.source": "source {source!r} of the config",
    "inspect.rows": "{rows:,} rows",
    "inspect.columns": "{columns} columns",
    "inspect.rejected": "{count:,} rejected",
    "inspect.blank": "{count:,} blank",
    "inspect.all_named": "every row names a company",
    "inspect.some_named": "{count:,} name a company",
    "inspect.reject": "rejected {reject}",
    "inspect.ignored": "(ignored)",
    "inspect.kept": "(kept)",
    "inspect.unsure": "{target}?",
    "inspect.split": "{target}, city",
    "inspect.unit": "{target}, {unit}",
    "inspect.config": "config",
    "inspect.unreadable": "Cannot be read, and would be unknown:",
    "inspect.unreadable_column": "{column}: {unreadable:,} of {filled:,}, such as {samples}",
    "inspect.notice": "! {text}",
    "reject.line": "line {line}: {reason}",
    # What a person should know of a file.
    "notice.no_rows": "there are no rows",
    "notice.no_identity": "no column gives a name, a domain or a registry id: map one of them"
    "{perhaps}",
    "notice.perhaps": "; it may be {columns}",
    "notice.unsure": "{column!r} ({target})",
    "notice.question": "not sure which column is {asked}: "
    "{count:?is it|which of these is it} {columns}? A load stops here: put {mapping} into its "
    "columns; or leave them out: {ignore}",
    "notice.nameless": "{nameless:,} of {rows:,} rows have no name, domain or registry id: a load "
    "rejects them",
    "notice.scale": "{column!r} cannot be in whole {currency}, {evidence}: set its unit{like}",
    "notice.like_unit": ', it looks like unit = "{unit}"',
    "notice.country": "{evidence}, and nothing names a country: set country = {{ value = "
    '"{country}" }}',
    "notice.no_rate": "{column!r} is {evidence}: add it to rates in the config",
    "notice.unreadable": "{share:.0%} of {column!r} cannot be read as {target}",
    "notice.repaired": "{count:,} rows repaired: {how}",
    "notice.aside": "{lines} lines above or below the table are notes, the first: {first}",
    "notice.no_header": "no row names the columns",
    "notice.other_table": "another table is not read: {table}",
    "notice.other_sheets": "other sheets are not read: {sheets}",
    "question.name": "the company's name",
    "question.website": "the company's website",
    "question.registry_ids": "the company's id in a public register",
    "question.column": "{column!r} ({confidence:.0%}: {evidence})",
    "scale.per_head": "{per_head:short} per employee a year otherwise",
    "country.states": "{share:.0%} of the values of {column!r} are states of the USA",
    # To paste into a config.
    "paste.recognised": "recognised",
    "paste.evidence": "recognised: {evidence}",
    "paste.config": "from the config",
    "paste.unit": "check the unit: {evidence}",
    "paste.unsure": "unsure: {evidence}",
    "paste.check": "check this: {evidence}",
    "paste.rate": "needs a rate: rates = {{ {currency} = … }}",
    "paste.place": "left to recognition: a place with city, region and country",
    "paste.too": "recognised as {target}, too: {columns}",
    "paste.not_mapped": "not mapped: {column} ({evidence})",
    "paste.own": "kept under their own names: {columns}",
}
