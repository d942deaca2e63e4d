//! The page about importing a matrix, from the built-in maps and the limits that the reading keeps.

use super::map::BUILT_IN;
use super::{INTERNAL, LOOKED_THROUGH, TICKS};
use crate::grid::{LARGEST, MOST_COLUMNS, MOST_ROWS};

/// The page in Markdown.
pub fn page() -> String {
    let mib = LARGEST >> 20;
    let list = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let reading = READING
        .replace("{LOOKED_THROUGH}", &LOOKED_THROUGH.to_string())
        .replace("{INTERNAL}", &list(&INTERNAL))
        .replace("{TICKS}", &list(&TICKS))
        .replace("{MIB}", &mib.to_string())
        .replace("{ROWS}", &MOST_ROWS.to_string())
        .replace("{COLUMNS}", &MOST_COLUMNS.to_string());
    let maps = BUILT_IN.iter().map(|(name, text)| format!("\n### {name}\n\n```toml\n{text}```\n"));
    [PREFACE, &reading, BUILT, &maps.collect::<Vec<_>>().concat()].concat()
}

const PREFACE: &str = "\
# Taking in a provider's matrix

`demarcate import crm FILE --map MAP` reads the responsibility matrix that a provider sends, a workbook (XLSX) or CSV, and
writes it to `providers/ID.crm.toml`. Nothing is guessed: what the map does not say is an error that names the cell. All
errors of a file are told together (the first 50 are named), and with any of them nothing is written; the exit code is
then 2.

```text
demarcate import crm matrix.xlsx --map cmmc --as acme-msp --edition 5.2 --date 2026-11-20
demarcate import crm matrix.xlsx --map maps/acme-msp.toml --dry-run
```

## The map

MAP is a file or the name of a built-in map. A file may begin with a built-in one and say only what differs. Its keys are in
[The files](formats.md#mapstoml), and `demarcate schema crm-map` prints their JSON Schema.

```toml maps/acme-msp.toml
map = \"cmmc\"
provider = \"acme-msp\"
sheet = \"CMMC L2*\"

[columns]
word = [\"Who\", \"Responsible\"]
provider-does = \"How Acme supports it\"

[words]
\"Acme\" = \"full\"
\"Shared / Inherited (Contoso)\" = \"partial\"
\"to be agreed\" = \"unanswered\"

[services]
\"Managed desktop\" = \"endpoints\"
\"Desktop and network\" = [\"endpoints\", \"network\"]

[controls]
\"AC-2\" = [\"3.1.1\", \"3.1.2\"]
\"AC-2(3)\" = \"3.5.6\"
```

- Headings, words, sheets and names of services are compared without regard to case and blanks. What stands twice is an error.
- A heading that the map names takes the place of those that the built-in map has for that column. Words, ticks, services and
  controls are added, and one that is there already is replaced.
- `full`: the customer inherits all of it. `partial`: a part. `none`: nothing; what the provider calls not applicable is `none`
  too, since it says that the provider does nothing there and not that the requirement does not apply. `unanswered`: no
  answer.
- Ids of SP 800-53 reach SP 800-171 only through `[controls]`. An entry for a control is also that of its parts
  (`AC-2` of `AC-2(a)`), not of its enhancements (`AC-2(1)`); an empty list leaves the rows out. `unmapped = \"skip\"` leaves out
  and counts the answered rows of controls without an entry.
- `[controls]` takes any other name in the id column, too: `\"AC.L1-3.1.1\" = \"3.1.1\"`.
- A service that the row names is one of `[services]`, or the id or the title of a service of the provider; several stand on lines of
  their own or are parted by semicolons. `service` at the top speaks for rows that name none.
";

const READING: &str = "
## What is read, and what is refused

- **Form.** The content decides, not the name. XLSX is read, with macros (XLSM) too, and the macros are not run. A workbook
  with a password, XLS, XLSB, ODS, PDF and HTML are refused. CSV is parted by commas, semicolons or tabs, whichever gives the
  headings; it is UTF-8, UTF-16 with its mark, or else Windows-1252, which is said; where nobody can tell, it is refused.
- **Limits.** Files of {MIB} MiB, {ROWS} rows and {COLUMNS} columns; what a workbook unpacks to is counted before it is read.
- **Sheet.** The one that has the headings. If several have them, the map has to name one by `sheet`. A hidden sheet is read
  only if it is named.
- **Headings.** The first row, among the first {LOOKED_THROUGH}, that has the column of ids and the column of words or of ticks. Cells
  merged over two rows of headings are one heading. The same headings once more are skipped and told; others are an error.
- **Internal columns.** A column whose heading holds one of {INTERNAL} is dropped and told, and so is what the map lists as
  `internal`. Nothing of it is written.
- **Ids.** `3.1.1`, `AC.L2-3.1.1`, `3.1.1[a]`, `3.1.1 (a)`, `03.01.01` (taken as Rev 2, and told), an id with its title behind it, several
  ids parted by commas, `AC-2(a)`, `AC-02 (a)`. An id that is a number or a date is an error: a spreadsheet makes 3.1 of 3.10
  and a day of 3.1.1, and nobody can tell what was typed. The same id with the same service twice is an error that names
  both cells.
- **Words.** A cell that is empty or whose word is `unanswered` is counted and makes no row; where the row tells who does what all the
  same, that is an error. A cell that says more than one word is an error unless `[words]` has that very text.
- **Ticks.** {TICKS}. Two ticks in a row are an error unless `[words]` has both headings, from the left, with ` + ` between them.
- **Formulas.** The value that was saved is taken, and told. One that was never computed, or an error such as `#REF!`, is an error.
- **Merged cells.** Down over rows that say something of their own: an error. Otherwise the first cell counts.
- **Hidden rows and columns** are read, and told. Columns without a heading are not read, and told if something stands in them.
- **Headings of families** and other rows in which the id column alone is filled are skipped and counted.

Each row that is answered becomes one `[[row]]`, in the order of the source, with the word as it stands (`verbatim`) and its
place (`cell`): `Matrix!B7`, of a CSV line and column, `7:2`.

## The next edition

Edition, day and artifact (`source`) come from the command line, else from the map, else from the edition that stands there.
If the matrix says the same as before, the file stays as it is. Otherwise what differs is told in the words of `diff`, on disk or, if
no file stands there, since HEAD.

What `render crm --provider ID --format xlsx` makes has a sheet \"Your matrix\" for the provider to fill in; `--map demarcate` takes it
back in. It speaks objective by objective, so that the first time every row differs from a matrix that was written by requirement.
";

const BUILT: &str = "
## The built-in maps

The FedRAMP workbook has two sheets that say it. `fedramp-cis` reads the ticks of control origination; of those of implementation
status it names the cells that call what the provider answers for planned or done in part, since nobody can inherit that yet.
`fedramp-crm` reads who inherits. Its one column of text tells both what is inherited and what is left to the customer, and is kept
as what the customer does.
";

#[cfg(test)]
mod tests {
    use super::super::map;
    use super::*;

    #[test]
    fn the_map_on_the_page_can_be_read_and_every_figure_is_put_in() {
        let page = page();
        let (_, after) = page.split_once("```toml maps/acme-msp.toml\n").expect("the page has a map");
        let (text, _) = after.split_once("```").expect("its fence closes");
        let (map, problems) = map::read("maps/acme-msp.toml", text);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(map.services.len(), 2);
        for name in ["{LOOKED_THROUGH}", "{INTERNAL}", "{TICKS}", "{MIB}", "{ROWS}", "{COLUMNS}"] {
            assert!(!page.contains(name), "{name}");
        }
    }
}
