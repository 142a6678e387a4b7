#!/usr/bin/perl
# peer.pl HOST [udp] STEP...: a peer that does just what its steps say, with one system call for each write.
# Steps: nodelay, "write TEXT" (\n is a line feed, {N} stands for N blanks), read (one line), "pause SECONDS", end (of the sending side).
# Perl's smallest package is on every Debian.
use strict;
use warnings;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY);

my $host = shift;
my $proto = @ARGV && $ARGV[0] eq 'udp' ? shift : 'tcp';
my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => 5656, Proto => $proto) or die "connect: $!\n";
for my $step (@ARGV) {
    my ($word, $text) = split / /, $step, 2;
    if ($word eq 'nodelay') { setsockopt($socket, IPPROTO_TCP, TCP_NODELAY, 1) or die "nodelay: $!\n" }
    elsif ($word eq 'write') { $text =~ s/\\n/\n/g; $text =~ s/\{(\d+)\}/' ' x $1/ge; syswrite($socket, $text) // die "write: $!\n" }
    elsif ($word eq 'read') { my $line = <$socket>; print $line // "end\n" }
    elsif ($word eq 'pause') { select(undef, undef, undef, $text) }
    elsif ($word eq 'end') { shutdown($socket, 1) }
    else { die "$step means nothing\n" }
}
