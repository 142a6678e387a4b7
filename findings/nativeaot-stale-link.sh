#!/usr/bin/env bash
# Changing how a NativeAOT program is linked does not link it again.
#
# Seen with Microsoft.DotNet.ILCompiler 10.0.12 (.NET SDK 10.0.401, linux-x64): after one `dotnet publish`, a second one of the same project with
# -p:PositionIndependentExecutable=false reports success and leaves the first, position-independent program in place, since neither the object
# file nor the list of inputs of the link step changed. Only after the old program is deleted does the property have an effect. Whoever compares
# settings by publishing one after the other compares a program with itself.
#
# Output seen:
#   first publish:                    Type: DYN
#   second, with the property off:    Type: DYN
#   the same, the old program deleted: Type: EXEC
#
# Needs the .NET 10 SDK, clang, zlib1g-dev and readelf.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_PACKAGES=$place/packages
cd "$place"
mkdir hello && cd hello
cat > hello.csproj <<- 'PROJECT'
	<Project Sdk="Microsoft.NET.Sdk">
	  <PropertyGroup>
	    <OutputType>Exe</OutputType>
	    <TargetFramework>net10.0</TargetFramework>
	    <PublishAot>true</PublishAot>
	    <InvariantGlobalization>true</InvariantGlobalization>
	  </PropertyGroup>
	  <ItemGroup>
	    <KnownILCompilerPack Update="Microsoft.DotNet.ILCompiler" ILCompilerPackVersion="10.0.12" />
	  </ItemGroup>
	</Project>
PROJECT
echo 'System.Console.WriteLine("hello");' > Program.cs

publish() { dotnet publish -c Release -r linux-x64 -v q "$@" > "$place/log" || { cat "$place/log"; exit 1; }; }
kind() { readelf -h bin/Release/net10.0/linux-x64/publish/hello | awk '$1 == "Type:" { print $2 }'; }

publish
first=$(kind)
publish -p:PositionIndependentExecutable=false
second=$(kind)
rm -rf bin/Release/net10.0/linux-x64
publish -p:PositionIndependentExecutable=false
third=$(kind)
printf 'first publish:                     Type: %s\nsecond, with the property off:     Type: %s\nthe same, the old program deleted: Type: %s\n' \
    "$first" "$second" "$third"
[[ "$first $second $third" == 'DYN DYN EXEC' ]] || { echo 'the behaviour has changed'; exit 1; }
