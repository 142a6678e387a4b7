using System.Buffers.Binary;
using System.IO.Compression;

namespace SumSocket.Measurement.Statistics;

/// <summary>Histograms as text: the compressed form of HdrHistogram, version 2, in base64, which its libraries read in many languages.
/// Empty buckets take next to nothing, so one of three digits has about 2 KB.</summary>
/// <remarks><code>
/// int cookie = 0x1c849314, int length, and as much of zlib, of:
/// int cookie = 0x1c849313, int length of the counts, int offset = 0, int digits = 3,
/// long lowest value = 1, long highest value, double ratio = 1.0,
/// counts: LEB128 of the zigzag of each; -n stands for n buckets that are empty
/// </code> All numbers are big endian. The counts end with the last that is not empty. (HdrHistogram, AbstractHistogram.java and
/// ZigZagEncoding.java.)</remarks>
internal static class HistogramText
{
    private const int Cookie = 0x1c849313;
    private const int CompressedCookie = 0x1c849314;
    private const int Digits = 3;
    private const int HeaderLength = 40;
    private const int LongestCount = 8; // bytes of seven bits; what is longer is no count of ours
    private const int NanosecondsPerTick = 100;

    private static readonly int _maxLength = HeaderLength + Histogram.Size * LongestCount;

    /// <summary>Writes one without loss but for its sum and extremes. Its unit is a tick of 100 ns.</summary>
    public static string Write(Histogram histogram) => Write(histogram.Counts, Histogram.Longest.Ticks);

    /// <summary>Writes one in nanoseconds, as tools expect it. Each bucket counts as the duration in its middle, so this adds half a
    /// bucket, 0.05 %, to what the buckets leave open.</summary>
    public static string WriteNanoseconds(Histogram histogram)
    {
        long highest = Histogram.Longest.Ticks * NanosecondsPerTick;
        long[] counts = new long[Histogram.IndexOf(highest) + 1];
        foreach ((TimeSpan middle, long count) in histogram.Values())
            counts[Histogram.IndexOf(Math.Min(middle.Ticks * NanosecondsPerTick, highest))] += count;
        return Write(counts, highest);
    }

    /// <summary>Reads what <see cref="Write(Histogram)"/> wrote: the count of each bucket.</summary>
    /// <returns>Null when it is something else, or a histogram with other buckets.</returns>
    public static long[]? Read(string text)
    {
        try
        {
            byte[] whole = Convert.FromBase64String(text);
            if (whole.Length < 8 || BinaryPrimitives.ReadInt32BigEndian(whole) != CompressedCookie
                || BinaryPrimitives.ReadInt32BigEndian(whole.AsSpan(4)) != whole.Length - 8)
                return null;
            using ZLibStream zlib = new(new MemoryStream(whole, 8, whole.Length - 8), CompressionMode.Decompress);
            byte[] plain = new byte[_maxLength + 1]; // never more, whatever the text claims
            int length = zlib.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            byte[] header = new byte[HeaderLength];
            WriteHeader(header, length - HeaderLength, Histogram.Longest.Ticks);
            return length <= _maxLength && plain.AsSpan(0, Math.Min(length, HeaderLength)).SequenceEqual(header)
                ? ReadCounts(plain.AsSpan(HeaderLength, length - HeaderLength))
                : null;
        }
        catch (Exception failure) when (failure is FormatException or InvalidDataException)
        {
            return null;
        }
    }

    private static string Write(ReadOnlySpan<long> counts, long highest)
    {
        counts = counts[..Math.Max(1, counts.LastIndexOfAnyExcept(0) + 1)];
        byte[] plain = new byte[HeaderLength + counts.Length * (LongestCount + 1)];
        int length = HeaderLength;
        for (int i = 0; i < counts.Length;)
        {
            int empty = counts[i..].IndexOfAnyExcept(0);
            long value = empty == 0 ? counts[i] : -(empty < 0 ? counts.Length - i : empty);
            i += value > 0 ? 1 : (int)-value;
            ulong rest = (ulong)(value << 1 ^ value >> 63);
            for (; rest > 0x7F; rest >>= 7)
                plain[length++] = (byte)(rest | 0x80);
            plain[length++] = (byte)rest;
        }

        WriteHeader(plain, length - HeaderLength, highest);
        using MemoryStream whole = new();
        whole.Write(stackalloc byte[8]);
        using (ZLibStream zlib = new(whole, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(plain, 0, length);
        Span<byte> bytes = whole.GetBuffer().AsSpan(0, (int)whole.Length);
        BinaryPrimitives.WriteInt32BigEndian(bytes, CompressedCookie);
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], bytes.Length - 8);
        return Convert.ToBase64String(bytes);
    }

    private static void WriteHeader(Span<byte> to, int length, long highest)
    {
        BinaryPrimitives.WriteInt32BigEndian(to, Cookie);
        BinaryPrimitives.WriteInt32BigEndian(to[4..], length);
        BinaryPrimitives.WriteInt32BigEndian(to[8..], 0);
        BinaryPrimitives.WriteInt32BigEndian(to[12..], Digits);
        BinaryPrimitives.WriteInt64BigEndian(to[16..], 1);
        BinaryPrimitives.WriteInt64BigEndian(to[24..], highest);
        BinaryPrimitives.WriteDoubleBigEndian(to[32..], 1.0);
    }

    private static long[]? ReadCounts(ReadOnlySpan<byte> text)
    {
        long[] counts = new long[Histogram.Size];
        int index = 0;
        while (text.Length > 0)
        {
            int length = text.IndexOfAnyInRange((byte)0, (byte)0x7F) + 1;
            if (length is 0 or > LongestCount)
                return null;
            ulong zigzag = 0;
            for (int i = length - 1; i >= 0; i--)
                zigzag = zigzag << 7 | (uint)(text[i] & 0x7F);
            text = text[length..];
            long value = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
            if (value == 0 || value < index - counts.Length || index == counts.Length)
                return null;
            if (value > 0)
                counts[index++] = value;
            else
                index += (int)-value;
        }

        return counts;
    }
}
