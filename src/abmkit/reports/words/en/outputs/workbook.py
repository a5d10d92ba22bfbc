"""What the workbook says in English, and what is said of what people typed into it."""

from __future__ import annotations

SENTENCES = {
    # Sheets.
    "sheet.cover": "Cover",
    "sheet.accounts": "Accounts",
    "sheet.no_owner": "No owner",
    "sheet.changes": "Changes",
    "sheet.bench": "Next in line",
    "sheet.decide": "To decide",
    "sheet.excluded": "Excluded",
    "sheet.gaps": "Data gaps",
    "sheet.look_up": "Look up",
    "sheet.lists": "Lists",
    "sheet.index": "Index",
    "sheet.none": "There are none.",
    "sheet.page": "Page &P of &N",
    "sheet.of_sheet": "&A, page &P of &N",
    # The first page.
    "workbook.how": "How to read this",
    "workbook.about_accounts": "Your accounts, by owner, tier and rank. The yellow columns are "
    "yours: owner, status, next step, date, note, and the tier to keep an account in.",
    "workbook.about_changes": "Who came, left and moved since the run before, and why.",
    "workbook.about_bench": "The best of those who just missed the list or a better tier, and why.",
    "workbook.about_decide": "What a person should decide: choose same or different in the yellow "
    "column.",
    "workbook.about_excluded": "Who is not to be sold to, and why; the best come first.",
    "workbook.about_gaps": "What is not known of the list, and of which accounts.",
    "workbook.about_look_up": "Any company of the market: on the list or not, and why.",
    "workbook.how_typed": "What you type comes back with the next run: `abmkit notes "
    "from-workbook` "
    "and this file. Sort, filter, delete rows and rename sheets as you like; leave the headers as "
    "they are. Ids and the sources' own columns are folded away on the right, behind the +.",
    "workbook.without_owner": "{count:,} account{count:?|s} of the list {count:?has|have} no "
    "owner: "
    "{count:?it comes|they come} first, with the owner's cell in colour.",
    "workbook.notes_away": "{count:,} account{count:?|s} with notes {count:?is|are} not on the "
    "list "
    "now: the notes are kept.",
    "workbook.people_held": "{count:,} column{count:?|s} about people {count:?is|are} not shown; "
    "[output] personal = true shows {count:?it|them}.",
    "workbook.bench_of": "Next in line: the best {shown:,} of {count:,} that wait.",
    "workbook.bench_left_out": "Who is next in line is said by `abmkit bench`: this market is too "
    "large for a workbook to draw them.",
    "workbook.who_works": "Who works what",
    "summary.column_all": "All",
    # Columns.
    "workbook.tier": "Tier",
    "workbook.name": "Company",
    "workbook.owner": "Owner",
    "workbook.why": "Why",
    "workbook.unknown": "Unknown",
    "workbook.site": "Site",
    "workbook.place": "Place",
    "workbook.status": "Status",
    "workbook.next_step": "Next step",
    "workbook.date": "Date",
    "workbook.note": "Note",
    "workbook.kept": "Keep in tier",
    "workbook.account_id": "Account id",
    "workbook.mark": "As given",
    "workbook.to_next": "Points to next tier",
    "workbook.of_source": "{column} (source)",
    "workbook.change": "Change",
    "workbook.from_tier": "From tier",
    "workbook.to_tier": "To tier",
    "workbook.cause": "Caused by",
    "workbook.why_change": "Why the change",
    "workbook.score_before": "Score before",
    "workbook.score_now": "Score",
    "workbook.waits_for": "Waits for tier",
    "workbook.tier_now": "Tier now",
    "workbook.lacks": "Points lacking",
    "workbook.why_not": "Why not yet",
    "workbook.territory": "Territory",
    "workbook.kind": "About",
    "workbook.one": "The one",
    "workbook.other": "The other",
    "workbook.decision": "Decision",
    "workbook.by": "By",
    "workbook.reason": "Reason",
    "workbook.probability": "Probability",
    "workbook.evidence": "What is known",
    "workbook.one_place": "Where the one is",
    "workbook.other_place": "Where the other is",
    "workbook.list": "List or table",
    "workbook.row": "Row",
    "workbook.one_id": "Id of the one",
    "workbook.other_id": "Id of the other",
    "decide.company": "One company?",
    "decide.suppression": "Not found: exclude?",
    "decide.pin": "Pin not followed",
    "decide.decision": "Decision on nobody",
    "decide.rule": "Rule meets nobody",
    "decide.row": "Row meets nobody",
    "verdict.same": "same",
    "verdict.different": "different",
    "workbook.gap_field": "Field",
    "workbook.gap_missing": "Accounts that lack it",
    "workbook.gap_known": "Known",
    "workbook.gap_share": "Share known",
    "workbook.gap_points": "Points that hang on it",
    "workbook.missing": "Unknown",
    "workbook.could_gain": "Points it could gain",
    "workbook.at_best": "Tier if all were known",
    "workbook.worst_of": "The {shown:,} accounts with most to gain, of {count:,} of which "
    "something "
    "is unknown that the scorecard asks.",
    # Values.
    "workbook.in_currency": "{title} ({currency})",
    "workbook.money": '[>=1000000000]#,##0.0,,,"B";[>=1000000]#,##0.0,,"M";#,##0',
    "workbook.people": "{size} people",
    "workbook.uses": "uses {what}",
    "workbook.is": "{what}",
    "workbook.is_not": "not {what}",
    "workbook.labelled": "{label} {value}",
    "workbook.cut": " … (cut: longer than a cell of Excel)",
    "status.not_started": "Not started",
    "status.contacted": "Contacted",
    "status.replied": "In conversation",
    "status.meeting": "Meeting agreed",
    "status.opportunity": "Opportunity",
    "status.not_now": "Not now",
    "status.no_fit": "Not a fit",
    "workbook.not_taken": "Not one of the choices",
    "workbook.choose_status": "Choose a status from the list; what is not in it does not come back "
    "with the next run.",
    "workbook.choose_tier": "Choose a tier from the list to keep the account in it, or clear the "
    "cell.",
    "workbook.choose_date": "Write a date, such as 2027-01-31.",
    "workbook.choose_verdict": "Choose same or different, or clear the cell.",
    # Look up.
    "workbook.look_up_how": "Type a name or a part of one, a site or an id into the yellow cell: "
    "{count:,} compan{count:?y|ies} can be found.",
    "workbook.look_up_ask": "Company, site or id",
    "workbook.nobody": "Nobody in this market is called that.",
    "workbook.others": "All with that in their name",
    "workbook.stands": "Where it stands",
    "workbook.fit": "Fit",
    "workbook.why_so": "Because",
    "workbook.too_many": "This market has {count:,} companies, too many for a sheet. Ask for one "
    "with `abmkit explain`, and its name, site or id.",
    "stands.listed": "On the list",
    "stands.not_listed": "In the target market, not on the list",
    "stands.excluded": "Excluded",
    # What comes back.
    "notes.none": "Nothing in the workbook is other than it was given; {path} stays as it is.",
    "notes.done": "{accounts:,} account{accounts:?|s} changed: {changed}. {path} has notes on "
    "{count:,} account{count:?|s}.",
    "notes.cells": "{count:,} {what}",
    "notes.cleared": "{count:,} cleared",
    "notes.status": "{count:?status|statuses}",
    "notes.next_step": "next step{count:?|s}",
    "notes.date": "date{count:?|s}",
    "notes.note": "note{count:?|s}",
    "notes.owner": "owner{count:?|s}",
    "notes.tier": "kept tier{count:?|s}",
    "notes.next": "`abmkit run` puts them into the next workbook.",
    "notes.decided": "{count:,} decision{count:?|s} in {path}.",
    "notes.decisions_unread": "{path} is not read yet: write decisions = {name!r} under [dedupe]",
    "notes.no_accounts": "{where}: no column of account ids, so nothing of it is read",
    "notes.unknown": "{count:,} row{count:?|s} of accounts that no run ever had {count:?is|are} "
    "not "
    "read: {samples}{more}",
    "notes.no_account": "{count:,} row{count:?|s} that name{count:?s|} no account {count:?is|are} "
    "not read ({where}{more})",
    "notes.no_marks": "{where}: the hidden column of what was given is gone: cleared cells, owners "
    "and tiers are not read there",
    "notes.no_column": "{where}: no column {samples}{more}: was its header changed? what was typed "
    "there is not read",
    "notes.replaced": "{count:,} cell{count:?|s} typed into had been changed since this workbook "
    "was made; what {count:?it says|they say} now counts. Before: {samples}{more}",
    "notes.was": "{name} ({what}: {value})",
    "notes.disputed": "{count:,} row{count:?|s} say{count:?s|} something else of an account than a "
    "row above, which counts: {samples} ({where}{more})",
    "notes.no_date": "{count:,} date{count:?|s} not read ({where}{more}): {samples}; write "
    "2027-01-31",
    "notes.no_status": "{count:,} status{count:?|es} not read ({where}{more}): {samples}; choose "
    "one of {statuses}",
    "notes.no_such_tier": "{count:,} tier{count:?|s} to keep accounts in not read ({where}{more}): "
    "{samples}; there are {tiers}",
    "notes.no_verdict": "{count:,} decision{count:?|s} not read ({where}{more}): {samples}; write "
    "same or different",
    "notes.owner_stays": "{count:,} owner{count:?|s} cleared that the sources or rules give: they "
    "stay ({samples}{more}); type another name instead",
    "notes.not_asked": "{path} is of no run of this project: whether its accounts exist is not "
    "checked",
    "notes.people_held": "workbook: {count:,} column{count:?|s} about people not shown "
    "({columns}{more}); [output] personal = true shows {count:?it|them}",
    "pin.released": "{account} was taken out of its tier in the workbook",
}
