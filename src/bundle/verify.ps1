# Checks this bundle with Get-FileHash and ssh-keygen: changed, missing and extra files, and who signed.
#
#   powershell -ExecutionPolicy Bypass -File verify.ps1 -Signers ALLOWED_SIGNERS [-Time TIME]
#
# ALLOWED_SIGNERS is your own list of signers, which reached you by another way than this bundle; README.txt says how to
# have one. TIME is when the signatures have to hold, as YYYYMMDDHHMMSSZ; unsaid means now.
# Written for Windows PowerShell 5.1 and PowerShell 7.
param(
    [Parameter(Mandatory = $true)][string]$Signers,
    [string]$Time = ''
)
$ErrorActionPreference = 'Stop'
$here = (Get-Item -LiteralPath (Split-Path -Parent $MyInvocation.MyCommand.Path)).FullName.TrimEnd('\', '/')
$Signers = (Get-Item -LiteralPath $Signers).FullName
if ($Signers.StartsWith($here + [IO.Path]::DirectorySeparatorChar, [StringComparison]::OrdinalIgnoreCase)) {
    Write-Output 'error: this list lies in the bundle, which cannot vouch for itself; name a copy that you had before'
    exit 2
}
$script:failed = $false
function Fail([string]$what) { Write-Output "FAILED: $what"; $script:failed = $true }

# What is listed, by path, and every digest.
$listed = @{}
foreach ($line in [IO.File]::ReadAllLines((Join-Path $here 'SHA256SUMS'))) {
    if ($line -cnotmatch '^([0-9a-f]{64})  (.+)$') { Fail "a line of SHA256SUMS is no digest and path: $line"; continue }
    $digest = $Matches[1]; $path = $Matches[2]
    $listed[$path] = $digest
    $file = Join-Path $here $path.Replace('/', [IO.Path]::DirectorySeparatorChar)
    if (-not (Test-Path -LiteralPath $file -PathType Leaf)) { Fail "missing: $path"; continue }
    $found = (Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash.ToLowerInvariant()
    if ($found -cne $digest) { Fail "changed: $path" }
}

# What is there and not listed.
$signature = '^(SHA256SUMS|SHA256SUMS(\.[^/]+)?\.sig(\.tsr)?|SHA256SUMS\.p7s|attestation\.intoto\.jsonl)$'
foreach ($item in Get-ChildItem -LiteralPath $here -Recurse -Force) {
    $path = $item.FullName.Substring($here.Length + 1).Replace('\', '/')
    if ($item.Attributes -band [IO.FileAttributes]::ReparsePoint) { Fail "$path is a link" }
    if ($item.PSIsContainer -or $path -cmatch $signature) { continue }
    if (-not $listed.ContainsKey($path)) { Fail "extra: $path" }
}

# ssh-keygen reads what was signed from its standard input, which only cmd can give it byte for byte.
function Run-Keygen([string]$arguments) {
    $sums = Join-Path $here 'SHA256SUMS'
    $at = if ($Time) { " -Overify-time=$Time" } else { '' }
    $said = cmd /c "ssh-keygen $arguments$at < `"$sums`" 2>nul"
    if ($LASTEXITCODE -eq 0) { $said } else { $null }
}

# Every signature has to be good, and at least one by a signer of your list.
$good = $false
foreach ($item in Get-ChildItem -LiteralPath $here -Filter 'SHA256SUMS*.sig') {
    $sig = $item.FullName
    $who = Run-Keygen "-Y find-principals -s `"$sig`" -f `"$Signers`""
    if (-not $who) {
        $sound = Run-Keygen "-Y check-novalidate -n demarcate-bundle@v1 -s `"$sig`""
        if (-not $sound) { Fail "$($item.Name) is no signature of SHA256SUMS" }
        Write-Output "$($item.Name): by nobody of your list, or not at this time: it does not count"
        continue
    }
    $name = @($who)[0].Split(',')[0]
    $revoked = Join-Path $here 'trust\revoked'
    $lost = if ((Test-Path -LiteralPath $revoked) -and (Get-Item -LiteralPath $revoked).Length) { " -r `"$revoked`"" } else { '' }
    $said = Run-Keygen "-Y verify -f `"$Signers`" -I `"$name`" -n demarcate-bundle@v1 -s `"$sig`"$lost"
    if ($said) { Write-Output $said; $good = $true } else { Fail "$($item.Name) is not a good signature of $name" }
}
if (-not $good) { Fail 'nobody of your list signed SHA256SUMS' }
if ($script:failed) { exit 1 }
Write-Output 'verified: every file is as it was signed, and none is missing or extra'
exit 0
