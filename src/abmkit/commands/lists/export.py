"""Export: the list as files for a CRM or ad platform, checked before they are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from abmkit.commands.targets import check_targets
from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.errors import GuardError, OutputError, UsageError
from abmkit.places import Place

if TYPE_CHECKING:
    from abmkit.exports.files import ExportFile
    from abmkit.exports.people import People
    from abmkit.exports.preflight import Preflight
    from abmkit.exports.reading import Listed, Since
    from abmkit.exports.target import Target


@verb(config="if there", sections=("dedupe", "export", "output"))
def export(
    work: Work,
    run: Annotated[
        Place | None, Argument("[RUN_FOLDER]", "A run's folder; else the config's output.dir.")
    ] = None,
    *,
    platform: Annotated[
        str | None,
        Option("--for", "What they are for; without it all targets are listed.", metavar="TARGET"),
    ] = None,
    output: Annotated[
        Place | None, Option("-o/--output", "The folder of the files.", metavar="DIR")
    ] = None,
    people: Annotated[
        Place | None,
        Option("--people", "For a target of people: who they are, any table.", metavar="FILE"),
    ] = None,
    mapping: Annotated[
        dict[str, str] | None,
        Option("--map", "The people's column for email, name, consent …", metavar="WHAT=COLUMN"),
    ] = None,
    since: Annotated[
        str | None,
        Option("--since", "The run that the CRM has; else the run before.", metavar="RUN"),
    ] = None,
    company_only: Annotated[
        bool, Option("--company-only", "No column that may tell of a person: owner, phone.")
    ] = False,
    dry_run: Annotated[
        bool, Option("--dry-run", "Say what the target would take, and write nothing.")
    ] = False,
    force: Annotated[
        bool, Option("--force", "Write also what is too little or too much for the target.")
    ] = False,
) -> None:
    """Write the list as files for a CRM or an ad platform, checked before they are written.

    Rows that the target would refuse are left out and stand in skipped.csv with their reasons;
    those that it may not match, in may-not-match.csv. Where it has ids of its own and accounts
    have a crm_id, there are files to update, to insert, and to clear what left the list.
    `[export.TARGET]` of the config gives fields of your own. Line breaks in cells become spaces;
    what begins like a formula stays: a CRM runs none. People are in a file who are of the list and
    clearly said yes to what it is for (ads, e-mail) or to any; the others, in held-back.csv.
    """
    from abmkit.exports.configured import configured
    from abmkit.exports.target import target
    from abmkit.reports.console.exports.targets import targets_text

    check_targets(work)
    if platform is None:
        work.output.words(targets_text(work.words))
        return
    own = work.config.export.get(platform)
    wanted = configured(target(platform), own, company_only=company_only)
    _check_options(wanted, people, output, company_only, dry_run)
    _check_unused(wanted, since, mapping)
    folder = _run_folder(work, run)
    listed = _list(work, folder, wanted)
    found, gone = _preflight(work, wanted, folder, listed, since, people, mapping)
    _finish(work, found, gone, output, dry_run=dry_run, force=force)


def _check_options(
    wanted: Target, people: Place | None, output: Place | None, company_only: bool, dry_run: bool
) -> None:
    where = f"--for {wanted.name}"
    if wanted.people and company_only:
        raise UsageError(
            "is a list of people", where=where, remedy="leave --company-only out, or name another"
        )
    if wanted.people and people is None:
        raise UsageError(
            "is a list of people", where=where, remedy="name them: --people contacts.csv"
        )
    if people is not None and not wanted.people:
        raise UsageError("takes companies, not people", where=where, remedy="leave --people out")
    if not dry_run and not isinstance(output, Path):
        raise UsageError(
            "needs a folder to write to" if output is None else "a folder on this machine is meant",
            where="-o", remedy="say which, -o DIR, or look first with --dry-run",
        )  # fmt: skip


def _check_unused(wanted: Target, since: str | None, mapping: dict[str, str] | None) -> None:
    if since is not None and (wanted.people or wanted.id is None):
        raise UsageError(
            "{name} has no ids of its own, so that nothing is cleared", where="--since",
            remedy="leave it out, or name the field of the ids in [export.{name}] id",
            name=wanted.name,
        )  # fmt: skip
    if mapping and not wanted.people:
        raise UsageError("there are no people to map", where="--map", remedy="leave it out")


def _run_folder(work: Work, run: Place | None) -> Path:
    from abmkit.runs.folder import on_this_machine
    from abmkit.runs.reading import doubts_of

    folder = on_this_machine(run or work.project.resolve(work.config.output.dir)).expanduser()
    work.warn(map(work.words.of, doubts_of(folder)))
    return folder


def _list(work: Work, folder: Path, wanted: Target) -> Listed:
    from abmkit.exports.configured import check_fields
    from abmkit.exports.reading import listed

    own = work.config.export.get(wanted.name)
    fields = own.fields if own is not None else {}
    columns = [name for each in wanted.columns for name in each.sources]
    columns += ["account_id", "country", "tier"]
    named = {name: f"export.{wanted.name}.fields.{field}" for field, name in fields.items()}
    found = listed(folder, columns, {} if wanted.people else named)
    check_fields(found.accounts, named)
    return found


def _preflight(
    work: Work,
    wanted: Target,
    folder: Path,
    listed: Listed,
    run: str | None,
    people: Place | None,
    mapping: dict[str, str] | None,
) -> tuple[Preflight, Since | None]:
    from abmkit.exports.preflight import checked, with_cleared
    from abmkit.exports.reading import since

    if people is not None:
        found = _people(work, people, folder, listed, mapping, wanted.purpose)
        whole = checked(wanted, found.rows, listed.tiers)
        return replace(whole, held=found.held), None
    found_rows = checked(wanted, listed.accounts, listed.tiers)
    if wanted.id is None:
        return found_rows, None
    gone = since(folder, listed, run)
    return with_cleared(found_rows, gone.left), gone


def _people(
    work: Work,
    people: Place,
    folder: Path,
    listed: Listed,
    mapping: dict[str, str] | None,
    purpose: str,
) -> People:
    from abmkit.commands.lists.match import matched
    from abmkit.exports.people import people_listed
    from abmkit.reports.console.match import permission_warnings
    from abmkit.reports.exports import consent_warnings

    work.progress("match")
    found = matched(work, people, folder, mapping)
    work.diagnostics.done()
    if found.rejects.num_rows:
        work.warn(work.words("match.rejected", count=found.rejects.num_rows))
    work.warn(permission_warnings(found.permission, work.words))
    given = people_listed(found, listed.accounts, purpose)
    work.warn(consent_warnings(given.held, purpose, found.permission, work.words))
    return given


def _finish(
    work: Work,
    found: Preflight,
    gone: Since | None,
    output: Place | None,
    *,
    dry_run: bool,
    force: bool,
) -> None:
    """Say what the target makes of the list, and write its files."""
    from abmkit.exports.configured import not_emptied
    from abmkit.exports.files import files_of
    from abmkit.reports.console.exports.export import export_text, export_warnings
    from abmkit.reports.exports import doubts, stops

    files = files_of(found)
    own = work.config.export.get(found.target.name)
    work.warn(export_warnings(found, gone, not_emptied(found.target, own), work.words))
    work.warn(doubts(found, work.words, force=force))
    stop = next(stops(found, work.words, force=force), None)
    written = [] if dry_run or stop is not None else _write(work, found, files, output)
    text = export_text(found, gone, files, written, work.words)
    work.output.words(text, needed=dry_run)
    if stop is not None:
        remedy = "export.stop_remedy" if found.rows else "export.nothing_remedy"
        raise GuardError(stop, where=found.target.name, remedy=work.words(remedy))


def _write(
    work: Work, found: Preflight, files: tuple[ExportFile, ...], output: Place | None
) -> list[str]:
    """Write all files, or none, and remove those of an earlier export to the target."""
    from abmkit.exports.files import beside_others, stale
    from abmkit.io.writing import write
    from abmkit.reports.exports import held_table, left_table

    assert isinstance(output, Path)
    folder = output.expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(
            "cannot be made: {reason}",
            reason=reason,
            where=str(folder),
            remedy="name another folder with -o",
        ) from None
    for each in files:
        write(
            each.table.to_batches(), each.table.schema, folder / each.name, bom=found.target.bom,
            header=found.target.header, files=work.files,
        )  # fmt: skip
    names = [each.name for each in files]
    left, weak = (
        left_table(found.target.name, rows, work.words) for rows in (found.skipped, found.weak)
    )
    held = held_table(found, work.words)
    for name, told in (("skipped.csv", left), ("may-not-match.csv", weak), ("held-back.csv", held)):
        rows = beside_others(folder / name, found.target, told)
        if rows.num_rows or name == "skipped.csv":
            work.keep(rows, folder / name)
            names.append(name)
        else:
            work.files.removed(folder / name)
    for old in stale(folder, found.target, tuple(names)):
        work.files.removed(old)
    return [str(folder / name) for name in names]
