"""What is said in English of a first config, and in it."""

from __future__ import annotations

SENTENCES = {
    # Init: the screen, and the config that it writes.
    "init.companies": "{records:,} rows are {accounts:,} companies ({merged:,} merged).",
    "init.customers": "{found:,} of {entries:,} customers are among them.",
    "init.fit_learned": "Fit, from your customers:",
    "init.fit_guessed": "Fit, from the companies themselves:",
    "init.criterion": "{criterion}: {why}",
    "init.tiers": "Tiers:",
    "init.tier": "{accounts:,} from {least:g}{room}{reach}",
    "init.tier_reach": "; {reach:,} of your customers would rank here",
    "init.check": "Please check: {warning}",
    "init.sample": "A sample project: {files}",
    "init.written": "Written: {files}",
    "init.next": "Now: abmkit run{folder}",
    "init.notice": "{file}: {text}",
    "init.decided": "{file}: {target} is {setting}; {why}",
    "init.some_found": "customers found among the companies: {found:,} of {entries:,}",
    "init.currency": "no file says in which currency amounts are: they are read as {currency}",
    "init.more_checks": "{count:,} more to check: `abmkit inspect` of the files tells all, `abmkit "
    "check` what a run would make of them",
    "init.too_few": "too few customers were found to learn from: the profile is a guess",
    "init.nothing_tells": "nothing here tells companies apart: add criteria to [score] by hand",
    "setting.value": "set to {value}",
    "setting.unit": "read in {unit}",
    "setting.column": "read from {column!r}",
    "decided.check": "check this: {evidence}",
    "decided.no_heading": "check this: if {column!r} is no heading, put a line `{target}` above it",
    "decided.perhaps": "check this: perhaps the {target}: {evidence}",
    "decided.says_size": "says how large a company is",
    "profile.larger": "A guess, larger is better: the upper three quarters of your companies",
    "profile.commonest": "A guess, the commonest here: put those you sell to; there are {count}",
    "profile.between": "{inside} of {customers} customers {between}; {share:.0%} of the others"
    "{little}{known}",
    "profile.between_employees": "have {low:number} to {high:number} employees",
    "profile.between_revenue": "have a revenue of {low:number} to {high:number}",
    "profile.between_founded_year": "were founded from {low} to {high}",
    "profile.little": ", so it tells little",
    "profile.known": " (known for {share:.0%} of all)",
    "profile.are": "{count} of {customers} customers are {label}, {share:.0%} of all",
    "profile.are_in": "{count} of {customers} customers are in {label}, {share:.0%} of all",
    "rule.customer": "Existing customer",
    "rule.do_not_contact": "Asked not to be contacted",
    "rule.no_buyer": "Competitor, distributor or partner",
    "rule.too_small": "Too small: {column} under {least:,}",
    "rule.foreign_industry": "None of our customers is in {label}",
    "config.made": "Your target-account list, made from your own files by `abmkit init`.",
    "config.run": "`abmkit run` builds it; change a line and run again.",
    "config.currency": "check this: no file says a currency",
    "config.rates": "what one is worth in {currency}: rough figures, put yours",
    "config.sources": "The companies, best source first: where two disagree, the first is "
    "believed.",
    "config.rows": "{rows:,} rows",
    "config.subsidiaries": "also companies whose parent is a customer",
    "config.canonical": "written by abmkit: taken as it is",
    "config.own": "Kept under their own names: {columns}{more}.",
    "config.and_more": " and more",
    "config.ignore": "leaves columns out",
    "config.recognised": "Recognised: {columns}.",
    "config.dedupe": "Rows that share one of these are one company: {records:,} rows are "
    "{accounts:,} companies.",
    "config.labels": "Labels that mean the same, such as {given} → {own} ({shared}). Edit the "
    "file.",
    "config.shared": "{shared} of {of} companies that are in both",
    "config.kept": "a label of {accounts:,} account{accounts:?|s}, kept as it is",
    "config.customers": "Existing customers: {found:,} of {entries:,} entries are among the "
    "companies. They stay off the list; the report says where they would rank.",
    "config.exclude": "Who is not wanted, whatever the score; the reason is kept with the "
    "account.{use}",
    "config.use_a_rule": " Remove the # from a rule to use it.",
    "config.dropped": "{accounts:,} accounts{spared}",
    "config.spares_customers": ", none of them a customer",
    "config.learned": "Fit, 0 to 100, from the {accounts:,} customers found here: bands are their "
    "quartiles; points follow from how much more customers earn than all the others. Made from "
    "these customers, it flatters them: expect less of the next ones.",
    "config.guessed": "Fit, 0 to 100. No customers to learn from, so this is a first guess: change "
    "bands and points to what you would defend, or begin again with --customers.",
    "config.no_criteria": "Fit, 0 to 100. Nothing here tells companies apart: add your own "
    "criteria.",
    "config.missing": "what an unknown earns: this share of the best points",
    "config.why": "{why}.",
    "config.other_labels": "Others here: {labels}",
    "config.regions": "{regions}.",
    "config.tiers": "How closely each is worked: an account enters the first tier it meets that "
    "has room.",
    "config.rank_by": "best first",
    "config.within": "counts capacity per territory",
    "config.pins": "accounts named by hand: account, tier, by, why",
    "config.tier_accounts": "{accounts:,} {accounts:?company|companies}{reached}",
    "config.tier_reach": "; {reach:,} of your {customers:,} customers would rank here",
    "config.tier_A": "worked one by one",
    "config.tier_B": "worked in small groups",
    "config.tier_C": "reached by campaigns, without a limit",
    "config.min_known": "the share of the points whose value must be known",
}
