# What is due or overdue, as the Markdown of an issue; nothing at all where nothing is. Its input is
# [`demarcate status --format json`, `demarcate history --format json`], $days how far ahead it looks.
def plain: tostring | gsub("[\\x00-\\x1f\\x7f\\x{200e}\\x{200f}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]"; " ")
  | gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;")
  | gsub("(?<c>[\\\\`*_\\[\\]#|~$])"; "\\\(.c)") | gsub("(?<c>@|://|www\\.)"; "\(.c)\u200b") | .[:400];
def name: (. // "") | sub(" *<[^<>]*>$"; "");
def table($head; rows): "| " + ($head | join(" | ")) + " |\n|" + ($head | map("---|") | join("")) + "\n"
  + ([rows | "| " + (map(plain) | join(" | ")) + " |\n"] | .[:300] | add // "");
def section($title; $head; $rows): if $rows == [] then "" else "\n## \($title)\n\n" + table($head; $rows[])
  + (if ($rows | length) > 300 then "\nand \(($rows | length) - 300) more\n" else "" end) end;
def last: [.reviews[] | select(.accepted)] | first // null;
def rank: {"overdue": 0, "stale": 1, "deficient": 2, "refused": 3, "never": 4, "due": 5}[.state] // 6;

.[0] as $status | .[1] as $history
| [$history.subjects[] | select(.state != "current")] | sort_by([rank, .due, .id])
| map([.id, .state, .due // "now", (last | if . then "\(.reviewer | name), \(.date)" else "nobody yet" end)]) as $reviews
| [$status.acceptances[] | select(.state != "accepted") | [.provider, .state, "\(.duties) duties"]] as $acceptances
| [$status.dates[] | select(.days <= $days and ((.what | startswith("review of ") | not) or (.what | startswith("review of access "))))
    | [.date, (if .days < 0 then "\(-.days) days ago" elif .days == 0 then "today" else "in \(.days) days" end), .what]] as $dates
| if $reviews + $acceptances + $dates == [] then "" else
    "As of \($status.as_of), looking \($days) days ahead.\n"
    + section("Reviews"; ["what", "state", "due", "last accepted review"]; $reviews)
    + section("Providers that have not accepted their duties"; ["provider", "state", "what"]; $acceptances)
    + section("Dates"; ["date", "when", "what"]; $dates)
    + "\n`demarcate review ID` records a review; `demarcate status` shows all of it.\n"
  end
