/** What `lastput --help` prints. */
import { DEFAULT_OPTIONS } from "../review/api";

export const HELP = `Runs every interleaving of the refcounting in a kernel patch, and shows what can go wrong.

  lastput check FILE...     check patches, mails, mailboxes and C files; - is standard input;
                            a directory or a mailbox of patches is one series
  lastput why FILE:LINE     what breaks without that line; without :LINE, each line that acts
  lastput demo              check a patch that comes along, with a known bug in it
  lastput export FILE       write the model of a scenario for the model checker SPIN
  lastput litmus FILE...    what the simulator says of litmus tests, as tools/memory-model has them
  lastput server --stdio    serve an editor (language server protocol)

Options of check:
  -f, --format FORMAT       text (default), json or markdown
  -o, --output FILE         write there, not to standard output
      --series              the files are the patches of one series, each on top of the one before
      --root DIR            where the files lie that a diff names (default: here); when named, its
                            git repository is asked for what the patch was made on
      --tree DIR            the same, and it is a kernel tree, whose own callers take part;
                            without FILE its code is checked as it is
      --max-states N        states to explore in each scenario (default: ${DEFAULT_OPTIONS.maxStates.toLocaleString("en-US")})
      --engine spin         give larger scenarios to an installed SPIN (and gcc); :bitstate
                            for models beyond its memory, :cores=N, :seconds=N each (default: 600)
      --threads N           up to N threads in each scenario, where more of them may run at once
      --objects N           N objects in each scenario, or more where its further threads make some
      --memory-model MODEL  sc (default), or tso: with x86's store buffers as well
      --races               look for data races as well: information, no part of a verdict
      --baseline FILE       do not show the findings that FILE accepts
      --write-baseline FILE accept all that is found: write it to FILE
      --all-traces          an interleaving for every finding, not only one for each patch
      --repairs             look for a single change that removes what is found
      --color WHEN          auto (default), always or never

Options of why:
      --all-traces          an interleaving for each change that breaks something
  -f, -o, --root, --max-states, --threads, --objects, --color   as with check

Options of export:
      --scenario ID         which one, by its id in the JSON report; without it they are listed
      --before              of the code before the patch, not after it
  -f, --format promela      the only format there is
  -o, --output, --root, --threads, --objects, --memory-model   as with check

  -h, --help                this text
  -V, --version             the version

Examples:
  git show | lastput check -
  git format-patch --stdout -3 | lastput check -
  lastput check --tree ~/linux mail.eml
  lastput why 0001-fix.patch:48
  lastput check --format json *.patch | jq '.documents[].findings[].message'

Exit status, over all files, the first that applies:
  70  Lastput itself failed
   1  something is wrong that the patch introduces (or that the code has)
   3  the exploration was not finished
   2  some input could not be read
   0  none of these
A wrong command line is 64, SPIN asked for and not installed 69, Ctrl-C 130 (what is known by
then is printed).
`;
