:; exec "$(dirname "$0")/eng/build.sh" "$@"
@rem sh has left at the line above, which cmd.exe takes for a label. On Windows the engine is the Docker Desktop that
@rem is there, so nothing is set up. No labels and no goto below: cmd.exe finds them in files with CRLF only.
@echo off
cd /d "%~dp0"
if "%~1"=="pack" dotnet pack CrCache.sln -c Release -o artifacts\packages & exit /b
if "%~1"=="sample" dotnet pack CrCache.sln -c Release -o artifacts\packages && dotnet test sdk-samples\quickstart & exit /b
if "%~1"=="test" dotnet test CrCache.sln -c Release & exit /b
echo usage: build.cmd pack ^| sample ^| test
exit /b 2
