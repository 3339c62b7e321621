<# : batch portion
@REM ----------------------------------------------------------------------------
@REM Licensed to the Apache Software Foundation (ASF) under one
@REM or more contributor license agreements.  See the NOTICE file
@REM distributed with this work for additional information
@REM regarding copyright ownership.  The ASF licenses this file
@REM to you under the Apache License, Version 2.0 (the
@REM "License"); you may not use this file except in compliance
@REM with the License.  You may obtain a copy of the License at
@REM
@REM    http://www.apache.org/licenses/LICENSE-2.0
@REM
@REM Unless required by applicable law or agreed to in writing,
@REM software distributed under the License is distributed on an
@REM "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY
@REM KIND, either express or implied.  See the License for the
@REM specific language governing permissions and limitations
@REM under the License.
@REM ----------------------------------------------------------------------------

@REM ----------------------------------------------------------------------------
@REM Runs the Maven version pinned in .mvn/wrapper/maven-wrapper.properties.
@REM Derived from the "only-script" mvnw.cmd of Apache Maven Wrapper 3.3.4. Dropped: mvnd,
@REM snapshots. Added: a mandatory SHA-512, fetching through an installed mvn.
@REM
@REM Optional ENV vars
@REM   MAVEN_USER_HOME - instead of ~/.m2 as the parent of wrapper/dists
@REM   MVNW_REPOURL - base url of a Maven repository to download from
@REM   MVNW_USERNAME/MVNW_PASSWORD - user and password for downloading maven
@REM   MVNW_VERBOSE - true: enable verbose log; others: silence the output
@REM ----------------------------------------------------------------------------

@IF "%__MVNW_ARG0_NAME__%"=="" (SET __MVNW_ARG0_NAME__=%~nx0)
@SET __MVNW_CMD__=
@SET __MVNW_ERROR__=
@SET __MVNW_PSMODULEP_SAVE=%PSModulePath%
@SET PSModulePath=
@FOR /F "usebackq tokens=1* delims==" %%A IN (`powershell -noprofile "& {$scriptDir='%~dp0'; $script='%__MVNW_ARG0_NAME__%'; icm -ScriptBlock ([Scriptblock]::Create((Get-Content -Raw '%~f0'))) -NoNewScope}"`) DO @(
  IF "%%A"=="MVN_CMD" (set __MVNW_CMD__=%%B) ELSE IF "%%B"=="" (echo %%A) ELSE (echo %%A=%%B)
)
@SET PSModulePath=%__MVNW_PSMODULEP_SAVE%
@SET __MVNW_PSMODULEP_SAVE=
@SET __MVNW_ARG0_NAME__=
@SET MVNW_USERNAME=
@SET MVNW_PASSWORD=
@IF NOT "%__MVNW_CMD__%"=="" ("%__MVNW_CMD__%" %*)
@echo Cannot start maven from wrapper >&2 && exit /b 1
@GOTO :EOF
: end batch / begin powershell #>

$ErrorActionPreference = "Stop"
if ($env:MVNW_VERBOSE -eq "true") {
  $VerbosePreference = "Continue"
}

# read distributionUrl and distributionSha512Sum, calculate MAVEN_HOME
# maven home pattern: ~/.m2/wrapper/dists/apache-maven-<version>/<hash>
$properties = Get-Content -Raw "$scriptDir/.mvn/wrapper/maven-wrapper.properties" | ConvertFrom-StringData
$distributionUrl = $properties.distributionUrl
$distributionSha512Sum = $properties.distributionSha512Sum
if (-not ($distributionUrl -match '/apache-maven-([^/]+)-bin\.zip$')) {
  Write-Error "no distributionUrl of an apache-maven-*-bin.zip in $scriptDir/.mvn/wrapper/maven-wrapper.properties"
}
$version = $Matches[1]
if (-not ($distributionSha512Sum -match '^[0-9a-f]{128}$')) {
  Write-Error "no distributionSha512Sum of 128 hex digits in $scriptDir/.mvn/wrapper/maven-wrapper.properties"
}
$MVN_CMD = $script -replace '^mvnw','mvn'
$distributionUrlName = "apache-maven-$version-bin.zip"
$distributionUrlNameMain = "apache-maven-$version"
if ($env:MVNW_REPOURL) {
  $distributionUrl = "$($env:MVNW_REPOURL.TrimEnd('/'))/org/apache/maven/apache-maven/$version/$distributionUrlName"
}

$MAVEN_M2_PATH = "$HOME/.m2"
if ($env:MAVEN_USER_HOME) {
  $MAVEN_M2_PATH = "$env:MAVEN_USER_HOME"
}

$MAVEN_HOME_PARENT = "$MAVEN_M2_PATH/wrapper/dists/$distributionUrlNameMain"
$MAVEN_HOME_NAME = $distributionSha512Sum.Substring(0, 16)
$MAVEN_HOME = "$MAVEN_HOME_PARENT/$MAVEN_HOME_NAME"

if (Test-Path -Path "$MAVEN_HOME" -PathType Container) {
  Write-Verbose "found existing MAVEN_HOME at $MAVEN_HOME"
  Write-Output "MVN_CMD=$MAVEN_HOME/bin/$MVN_CMD"
  exit $?
}

# prepare tmp dir
$TMP_DOWNLOAD_DIR_HOLDER = New-TemporaryFile
$TMP_DOWNLOAD_DIR = New-Item -Itemtype Directory -Path "$TMP_DOWNLOAD_DIR_HOLDER.dir"
$TMP_DOWNLOAD_DIR_HOLDER.Delete() | Out-Null
trap {
  if ($TMP_DOWNLOAD_DIR.Exists) {
    try { Remove-Item $TMP_DOWNLOAD_DIR -Recurse -Force | Out-Null }
    catch { Write-Warning "Cannot remove $TMP_DOWNLOAD_DIR" }
  }
}

New-Item -Itemtype Directory -Path "$MAVEN_HOME_PARENT" -Force | Out-Null

# Fetch Apache Maven, through an installed mvn (3.6 or newer) where there is one, with its own
# settings, and away from this project's .mvn; whatever fails there, download it.
[Console]::Error.WriteLine("Fetching Apache Maven $version ...")
$zip = "$TMP_DOWNLOAD_DIR/$distributionUrlName"
$installedSettings = $null
if (Get-Command mvn.cmd -ErrorAction SilentlyContinue) {
  Push-Location $TMP_DOWNLOAD_DIR
  $savedBasedir = $env:MAVEN_BASEDIR
  $env:MAVEN_BASEDIR = "$TMP_DOWNLOAD_DIR"
  try {
    $about = (& mvn.cmd -B -v) -join "`n"
    if ($about -match 'Apache Maven (3\.([6-9]|[1-9][0-9])|[4-9]\.)') {
      if ($about -match 'Maven home: ([^\r\n]+)') { $installedSettings = "$($Matches[1])/conf/settings.xml" }
      & mvn.cmd -B -q 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy' "-Dartifact=org.apache.maven:apache-maven:${version}:zip:bin" "-DoutputDirectory=$TMP_DOWNLOAD_DIR" | Out-Null
      if (($LASTEXITCODE -ne 0) -and (Test-Path $zip)) { Remove-Item $zip }
    }
  } catch {
    Write-Verbose "the installed mvn failed: $_"
  }
  $env:MAVEN_BASEDIR = $savedBasedir
  Pop-Location
}
if (-not (Test-Path $zip)) {
  Write-Verbose "Downloading from: $distributionUrl"
  $webclient = New-Object System.Net.WebClient
  if ($env:MVNW_USERNAME -and $env:MVNW_PASSWORD) {
    $webclient.Credentials = New-Object System.Net.NetworkCredential($env:MVNW_USERNAME, $env:MVNW_PASSWORD)
  }
  [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
  $webclient.DownloadFile($distributionUrl, $zip) | Out-Null
}

# Validate the SHA-512 sum of the Maven distribution zip file
Import-Module $PSHOME\Modules\Microsoft.PowerShell.Utility -Function Get-FileHash
if ((Get-FileHash $zip -Algorithm SHA512).Hash.ToLower() -ne $distributionSha512Sum) {
  Remove-Item $TMP_DOWNLOAD_DIR -Recurse -Force | Out-Null
  [Console]::Error.WriteLine("mvnw: SHA-512 mismatch: the $distributionUrlName fetched is not the one pinned in maven-wrapper.properties")
  exit 1
}

# unzip and move
Expand-Archive $zip -DestinationPath "$TMP_DOWNLOAD_DIR" | Out-Null
if ($installedSettings -and (Test-Path $installedSettings)) {
  Copy-Item $installedSettings "$TMP_DOWNLOAD_DIR/$distributionUrlNameMain/conf/settings.xml" -Force
}
Rename-Item -Path "$TMP_DOWNLOAD_DIR/$distributionUrlNameMain" -NewName $MAVEN_HOME_NAME | Out-Null
try {
  Move-Item -Path "$TMP_DOWNLOAD_DIR/$MAVEN_HOME_NAME" -Destination $MAVEN_HOME_PARENT | Out-Null
} catch {
  if (! (Test-Path -Path "$MAVEN_HOME" -PathType Container)) {
    Write-Error "fail to move MAVEN_HOME"
  }
} finally {
  try { Remove-Item $TMP_DOWNLOAD_DIR -Recurse -Force | Out-Null }
  catch { Write-Warning "Cannot remove $TMP_DOWNLOAD_DIR" }
}

Write-Output "MVN_CMD=$MAVEN_HOME/bin/$MVN_CMD"
