using System.Net;
using FluentAssertions;
using SumSocket.Capture.Decoding;
using SumSocket.Capture.Live;
using Xunit;

namespace SumSocket.Tests.Capture;

/// <summary>Real connections, recorded by the programs, are explained as they were when the recording was read by a person. What only the
/// program knew is not in the packets.</summary>
public sealed class RecordedTests
{
    [Theory]
    [InlineData("keep-alive", "keep-alive probe: one byte before the next", "answers the probe", "RST because unread data was thrown away")]
    [InlineData("lost", "retransmission after ", "duplicate acknowledgement", "request ")]
    public void A_recorded_connection_is_explained(string name, params string[] expected)
    {
        List<RecordedPacket> packets =
            PcapngFile.Packets(File.ReadAllBytes(Repository.File(Path.Combine("tests", "samples", $"{name}.pcapng"))));
        _ = SegmentReader.TryRead(packets[0].Link, packets[0].Bytes, 0, out Segment first);
        IPEndPoint server = IPEndPoint.Parse(first.Destination.ToString());
        using Wire said = new();
        Recorder recorder = new(new CaptureScope([server], IsTcp: true, AllConnections: true), said.Program, packets[0].Link, said);

        foreach (RecordedPacket packet in packets)
            recorder.Take(packet.Time, packet.Bytes, packet.Length);

        said.Words.Should().Equal(packets.Select(packet => packet.Comments[0]), (now, then) => WithoutCount(now) == WithoutCount(then));
        foreach (string words in expected)
            said.Words.Should().Contain(one => one.StartsWith(words, StringComparison.Ordinal));
    }

    private static string WithoutCount(string words) =>
        words.StartsWith("RST because unread", StringComparison.Ordinal) ? "RST because unread" : words;
}
