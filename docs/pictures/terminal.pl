#!/usr/bin/env perl
# Makes an animated SVG, without a script, of what a program showed on a terminal: terminal.pl TEXT TIMING COLUMNS > live.svg
# TEXT and TIMING are what `script --log-out TEXT --log-timing TIMING --logging-format classic` recorded. All frames stand in one strip, which
# moves by whole frames (CSS). Readers who want no motion see the last one. Knows the few escape sequences that our programs write.
use strict;
use warnings;
use utf8;
use Encode qw(decode encode);
use List::Util qw(max);

my ($text_file, $timing_file, $columns) = @ARGV;
my ($cell, $row_height, $least, $last) = (8.4, 19, 0.4, 6);    # pixels, pixels, seconds between frames, seconds for the last one

# --- the terminal: each cell is a character and its style

my (@screen, @frames);
my ($row, $column, $style, $pending) = (0, 0, '', '');

sub cut { my ($from, $at) = @_; $#{ $screen[$from] } = $at - 1 if $screen[$from] && @{ $screen[$from] } > $at; }

sub obey {
    my ($argument, $command) = @_;
    my $count = $argument =~ /^\d+$/ ? $argument : 1;
    if    ($command eq 'A') { $row = max(0, $row - $count) }
    elsif ($command eq 'B') { $row += $count }
    elsif ($command eq 'K') { cut($row, $column) }
    elsif ($command eq 'J') { cut($row, $column); cut($_, 0) for $row + 1 .. $#screen }
    elsif ($command eq 'm') { $style = { 1 => 'bold', 2 => 'dim', 31 => 'red', 32 => 'green' }->{ $argument || 0 } // '' }
    else { $command =~ /[hl]/ or die "ESC [ $argument $command\n" }
}

sub show {
    $pending .= decode('UTF-8', shift, Encode::FB_QUIET);
    while ($pending =~ s/^(?:\e\[([?\d;]*)([A-Za-z])|\e[=>]|([^\e]))//s) {
        if (defined $2)       { obey($1, $2) }
        elsif (!defined $3)   { next }
        elsif ($3 eq "\r")    { $column = 0 }
        elsif ($3 eq "\n")    { $row++ }
        else                  { $screen[$row][ $column++ ] = [$3, $style] }
    }
}

sub escape { my $text = shift; $text =~ s/&/&amp;/g; $text =~ s/</&lt;/g; return $text }

# One line as SVG: its runs of one style, held to the width of their cells, whatever font there is.
sub line {
    my ($cells, $y) = @_;
    my ($svg, $at) = ('', 0);
    while ($at < @$cells) {
        my $first = $at;
        my $class = $cells->[$at] ? $cells->[$at][1] : '';
        $at++ while $at < @$cells && ($cells->[$at] ? $cells->[$at][1] : '') eq $class;
        my $words = join '', map { $_ ? $_->[0] : ' ' } @$cells[$first .. $at - 1];
        (my $shown = $words) =~ s/^( *)(.*?) *$/$2/;
        next if $shown eq '';
        $svg .= sprintf '<text x="%g" y="%d" textLength="%g"%s>%s</text>', 16 + ($first + length $1) * $cell, $y, $cell * length $shown,
            $class && " class=\"$class\"", escape($shown);
    }
    return $svg;
}

# --- the recording, cut into frames

open my $recorded, '<:raw', $text_file or die "$text_file: $!\n";
open my $timing,   '<',     $timing_file or die "$timing_file: $!\n";
scalar <$recorded>;    # "Script started"
my $now = 0;
while (<$timing>) {
    my ($pause, $bytes) = split;
    if (@screen && $pause + $now - (@frames ? $frames[-1]{at} : -1) >= $least && $pending eq '') {
        push @frames, { at => $now, lines => [map { [@{ $_ // [] }] } @screen] };
    }
    $now += $pause;
    my $part;
    read $recorded, $part, $bytes;
    show($part);
}
push @frames, { at => $now, lines => [map { [@{ $_ // [] }] } @screen] };

# --- the strip

my $rows   = max map { scalar @{ $_->{lines} } } @frames;
my $height = 24 + $rows * $row_height;
my $width  = 32 + $columns * $cell;
my $all    = $frames[-1]{at} + $last;
my ($strip, $steps) = ('', '');
for my $n (0 .. $#frames) {
    $steps .= sprintf '%.2f%%{transform:translateY(%dpx)}', $n ? 100 * $frames[$n]{at} / $all : 0, -$n * $height;
    my $y = $n * $height + 12 - 5;
    $strip .= '<g>' . join('', map { line($_, $y += $row_height) } @{ $frames[$n]{lines} }) . "</g>\n";
}
my $length = sprintf '%.1f', $all;
my $end    = -$#frames * $height;
print encode('UTF-8', <<"SVG");
<svg xml:space="preserve" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $height" width="$width" height="$height" role="img">
<title>A bench on a terminal, from its start to its result</title>
<style>
svg{--paper:#ffffff;--ink:#1f2328;--dim:#59636e;--green:#0f6b45;--red:#b3261e}
\@media (prefers-color-scheme:dark){svg{--paper:#121417;--ink:#e7eaee;--dim:#9ca6b2;--green:#5fd39b;--red:#ff8a80}}
rect{fill:var(--paper);stroke:var(--dim)}text{fill:var(--ink);font:14px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre}
.dim{fill:var(--dim)}.green{fill:var(--green)}.red{fill:var(--red)}.bold{font-weight:bold}
#strip{animation:play ${length}s steps(1,end) infinite}\@keyframes play{$steps}
\@media (prefers-reduced-motion:reduce){#strip{animation:none;transform:translateY(${end}px)}}
</style>
<rect x="0.5" y="0.5" width="@{[$width - 1]}" height="@{[$height - 1]}" rx="8"/>
<g id="strip">
$strip</g>
</svg>
SVG
