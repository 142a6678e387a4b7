using System.Text;

namespace SumSocket.Commands.Bench.Live;

/// <summary>Standard error beside a live view on the same terminal.</summary>
internal sealed class InterleavedWriter(LiveScreen screen, TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => screen.Write(inner, [value]);

    public override void Write(string? value) => screen.Write(inner, value);

    public override void Write(char[] buffer, int index, int count) => screen.Write(inner, buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer) => screen.Write(inner, buffer);

    public override void Flush() => inner.Flush();
}
