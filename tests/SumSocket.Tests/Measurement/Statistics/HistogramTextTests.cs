using System.Buffers.Binary;
using System.IO.Compression;
using FluentAssertions;
using HdrHistogram;
using HdrHistogram.Utilities;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Measurement.Statistics;

public class HistogramTextTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void What_was_written_is_read_without_loss_by_it_and_by_HdrHistogram(int count)
    {
        Histogram written = Some(count, seed: count);

        string text = HistogramText.Write(written);

        HistogramText.Read(text).Should().Equal(written.Counts.ToArray());
        HistogramBase theirs = Theirs(text);
        theirs.TotalCount.Should().Be(count);
        theirs.RecordedValues().Where(one => one.CountAddedInThisIterationStep > 0)
            .Select(one => (theirs.MedianEquivalentValue(one.ValueIteratedTo), one.CountAddedInThisIterationStep)).Should()
            .Equal(Histogram.Restore(written.Counts, TimeSpan.Zero, TimeSpan.MaxValue).Values()
                .Select(one => (one.Middle.Ticks, one.Count)));
    }

    [Fact]
    public void In_nanoseconds_every_value_is_right_to_three_digits()
    {
        Histogram written = Some(20_000, seed: 3);

        HistogramBase theirs = Theirs(HistogramText.WriteNanoseconds(written));

        theirs.TotalCount.Should().Be(written.Count);
        foreach (double percent in (double[])[50, 90, 99, 99.9])
        {
            double ours = written.Percentile(percent)!.Value.TotalNanoseconds;
            ((double)theirs.GetValueAtPercentile(percent)).Should().BeApproximately(ours, ours * 0.0015);
        }
    }

    [Fact]
    public void The_longest_and_what_is_longer_still_have_a_bucket()
    {
        Histogram written = new();
        written.Record(Histogram.Longest, 3);
        written.Record(TimeSpan.FromHours(5));

        HistogramText.Read(HistogramText.Write(written)).Should().Equal(written.Counts.ToArray());
        Theirs(HistogramText.WriteNanoseconds(written)).TotalCount.Should().Be(4);
    }

    [Fact]
    public void What_is_something_else_is_refused()
    {
        string good = HistogramText.Write(Some(1000, seed: 1));
        byte[] bytes = Convert.FromBase64String(good);
        byte[] flipped = [.. bytes];
        flipped[bytes.Length / 2] ^= 0xFF;
        LongHistogram other = new(1, 1000, 2);
        other.RecordValue(5);

        string?[] texts =
        [
            "", "HISTFAAA", "not base64!", good[..^8], Convert.ToBase64String(flipped), Encode(Plain(40, 0x1c849303)),
            Encode(Plain(39)), Encode(Plain(40, change: (12, 2))), Encode([.. Plain(40), 0x00]), Encode([.. Plain(40), 0xFF]),
            Encode(Plain(50_000_000)), Encode([.. Plain(40), .. Enumerable.Repeat((byte)0x02, Histogram.Size + 1)]),
        ];

        texts.Select(text => HistogramText.Read(text!)).Should().AllSatisfy(counts => counts.Should().BeNull());
    }

    private static Histogram Some(int count, int seed)
    {
        Random random = new(seed);
        Histogram some = new();
        for (int i = 0; i < count; i++)
            some.Record(TimeSpan.FromTicks((long)Math.Exp(random.NextDouble() * 22)));
        return some;
    }

    /// <summary>Decompressed here: that package reads at most as much as one call for it returns.</summary>
    private static HistogramBase Theirs(string text)
    {
        using ZLibStream zlib = new(new MemoryStream(Convert.FromBase64String(text)[8..]), CompressionMode.Decompress);
        using MemoryStream plain = new();
        zlib.CopyTo(plain);
        return HistogramEncoding.DecodeFromByteBuffer(ByteBuffer.Allocate(plain.ToArray()), 0);
    }

    /// <summary>A header of ours, then zeros up to a length.</summary>
    private static byte[] Plain(int length, int cookie = 0x1c849313, (int At, int Value) change = default)
    {
        byte[] plain = new byte[Math.Max(length, 40)];
        BinaryPrimitives.WriteInt32BigEndian(plain, cookie);
        BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(12), 3);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(16), 1);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(24), Histogram.Longest.Ticks);
        BinaryPrimitives.WriteDoubleBigEndian(plain.AsSpan(32), 1);
        if (change.At > 0)
            BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(change.At), change.Value);
        return plain[..length];
    }

    private static string Encode(byte[] plain)
    {
        if (plain.Length >= 8)
            BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(4), plain.Length - 40);
        using MemoryStream whole = new();
        whole.Write(new byte[8]);
        using (ZLibStream zlib = new(whole, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(plain);
        byte[] bytes = whole.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, 0x1c849314);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), bytes.Length - 8);
        return Convert.ToBase64String(bytes);
    }
}
