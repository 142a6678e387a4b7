using SumSocket.Protocol.FastPath;
using SumSocket.Protocol.Json;

namespace SumSocket.Protocol;

/// <summary>
/// Cuts a stream of bytes into requests. One decoder belongs to one stream; it is fed each byte once, in order, in any pieces.
/// </summary>
/// <remarks>A mutable struct, so that a connection holds it without a second object: keep it in a field, never copy it.</remarks>
public struct RequestDecoder
{
    private JsonScanner _scanner;
    private Members _found;     // was there
    private Members _twice;     // was there twice
    private Members _notInteger;
    private Members _outOfRange;
    private long _a;
    private long _b;
    private long _id;

    [Flags]
    private enum Members : byte { None = 0, A = 1, B = 2, Id = 4 }

    /// <summary>True when bytes of a message were taken that has not ended: what the end of the stream would truncate.</summary>
    public readonly bool IsInsideMessage => _scanner.IsInsideMessage;

    /// <summary>What was wrong, after <see cref="DecodeStatus.Rejected"/> or <see cref="DecodeStatus.Broken"/>.</summary>
    public ProtocolError Error { get; private set; }

    /// <summary>Takes bytes up to the end of the next message.</summary>
    /// <param name="input">The bytes that follow those already taken.</param>
    /// <param name="consumed">How many of them were taken: all with <see cref="DecodeStatus.NeedMore"/>.</param>
    /// <param name="request">The request, with <see cref="DecodeStatus.Message"/>.</param>
    /// <returns>What was found; with <see cref="DecodeStatus.Rejected"/> and <see cref="DecodeStatus.Broken"/>, <see cref="Error"/> says why.</returns>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, out int consumed, out Request request)
    {
        if (!_scanner.IsInsideMessage)
        {
            int start = JsonScanner.CountWhiteSpace(input);
            int length = CanonicalRequest.Read(input[start..], out request);
            if (length > 0)
            {
                consumed = start + length;
                return DecodeStatus.Message;
            }
        }

        return DecodeAnyShape(input, out consumed, out request);
    }

    /// <summary>
    /// The error for a message that stops where the decoder stands: <see cref="ErrorCode.Truncated"/> or <see cref="ErrorCode.Timeout"/>. Its Id
    /// is the one read so far; between messages there is none.
    /// </summary>
    public readonly ProtocolError Interrupt(ErrorCode code) => new(code, Member.Other, IsInsideMessage ? ReadableId : null);

    private readonly long? ReadableId =>
        (_found & Members.Id) != 0 && ((_twice | _notInteger | _outOfRange) & Members.Id) == 0 ? _id : null;

    /// <summary>The strict path for every shape, in one piece or in many.</summary>
    internal DecodeStatus DecodeAnyShape(ReadOnlySpan<byte> input, out int consumed, out Request request)
    {
        request = default;
        consumed = 0;
        if (!_scanner.IsInsideMessage)
            _found = _twice = _notInteger = _outOfRange = Members.None;
        while (true)
        {
            ScanStep step = _scanner.Read(input, ref consumed);
            switch (step)
            {
                case ScanStep.NeedMore:
                    return DecodeStatus.NeedMore;
                case ScanStep.Member:
                    Take();
                    continue;
                case ScanStep.End:
                    return Finish(out request);
                // rule E4, rule E9
                default:
                    ErrorCode code = step switch
                    {
                        ScanStep.TooDeep => ErrorCode.TooDeep,
                        ScanStep.TooLong => ErrorCode.MessageTooLong,
                        _ => ErrorCode.InvalidJson,
                    };
                    Error = new ProtocolError(code, Member.Other, ReadableId);
                    return DecodeStatus.Broken;
            }
        }
    }

    private void Take()
    {
        Members member = _scanner.Member switch
        {
            Member.A => Members.A,
            Member.B => Members.B,
            Member.Id => Members.Id,
            _ => Members.None,
        };
        // rule M7
        if (member == Members.None)
            return;
        _twice |= _found & member;
        _found |= member;
        if (_scanner.Value != ScannedValue.Integer)
            _notInteger |= member;
        else if (!_scanner.TryGetInt64(out long value) || (member == Members.Id && value < 0))
            _outOfRange |= member;
        else if (member == Members.A)
            _a = value;
        else if (member == Members.B)
            _b = value;
        else
            _id = value;
    }

    // rule M2, rule M3, rule E3
    private DecodeStatus Finish(out Request request)
    {
        request = default;
        Members missing = (Members.A | Members.B) & ~_found;
        (ErrorCode code, Members members) =
            missing != Members.None ? (ErrorCode.MissingMember, missing)
            : _twice != Members.None ? (ErrorCode.DuplicateMember, _twice)
            : _notInteger != Members.None ? (ErrorCode.NotAnInteger, _notInteger)
            : (ErrorCode.OutOfRange, _outOfRange);
        if (members == Members.None)
        {
            request = new Request(_a, _b, ReadableId);
            return DecodeStatus.Message;
        }

        Member first = (members & Members.A) != 0 ? Member.A : (members & Members.B) != 0 ? Member.B : Member.Id;
        Error = new ProtocolError(code, first, ReadableId);
        return DecodeStatus.Rejected;
    }
}
