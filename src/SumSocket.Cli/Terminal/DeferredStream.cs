namespace SumSocket.Cli.Terminal;

/// <summary>A stream to write to, which is opened by the first byte.</summary>
/// <param name="open">Opens it.</param>
/// <param name="neverFails">Whether what cannot be written is dropped without a word.</param>
internal sealed class DeferredStream(Func<Stream> open, bool neverFails) : Stream
{
    private Stream? _stream;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            (_stream ??= open()).Write(buffer);
        }
        catch (Exception failure) when (neverFails && failure is IOException or UnauthorizedAccessException)
        {
            // There is nowhere left to say so.
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
