using SumSocket.Protocol.FastPath;

namespace SumSocket.Protocol;

/// <summary>Cuts a stream of bytes into answers, as <see cref="RequestDecoder"/> does for requests. An answer holds either a 64-bit
/// <c>Sum</c> or an <c>Error</c>, perhaps an <c>Id</c>, and other members that are skipped.</summary>
/// <remarks>A mutable struct, like <see cref="RequestDecoder"/>: keep it in a field, never copy it.</remarks>
public struct ResponseDecoder
{
    private JsonScanner _scanner;
    private bool _malformed;
    private bool _hasSeparators;
    private long? _sum;
    private long? _id;
    private ErrorCode _error;

    /// <summary>True inside a message.</summary>
    public readonly bool IsInsideMessage => _scanner.IsInsideMessage;

    /// <summary>True once white space stood between messages, or before the first: the peer frames them.</summary>
    public readonly bool HasSeparators => _hasSeparators;

    /// <summary>Takes bytes as far as there are answers in them and room for those.</summary>
    /// <param name="input">The bytes that follow those already taken.</param>
    /// <param name="answers">Takes the answers; room for at least one.</param>
    /// <param name="consumed">How many bytes were taken: all with <see cref="DecodeStatus.NeedMore"/>.</param>
    /// <param name="count">How many answers there are, whatever is returned.</param>
    /// <returns><see cref="DecodeStatus.Message"/> when <paramref name="answers"/> is full, else the status behind them.</returns>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, Span<Response> answers, out int consumed, out int count)
    {
        (consumed, count) = (0, 0);
        while (count < answers.Length)
        {
            if (!_scanner.IsInsideMessage)
            {
                consumed += VectorResponse.Read(input[consumed..], answers[count..], out int some, ref _hasSeparators);
                count += some;
            }

            if (consumed == input.Length)
                return DecodeStatus.NeedMore;
            if (count == answers.Length)
                break;
            DecodeStatus status = Decode(input[consumed..], out int taken, out answers[count]);
            consumed += taken;
            if (status != DecodeStatus.Message)
                return status;
            count++;
        }

        return DecodeStatus.Message;
    }

    /// <summary>Takes bytes up to the end of the next message.</summary>
    /// <param name="input">The bytes that follow those already taken.</param>
    /// <param name="consumed">How many of them were taken: all with <see cref="DecodeStatus.NeedMore"/>.</param>
    /// <param name="response">The answer, with <see cref="DecodeStatus.Message"/>.</param>
    /// <returns>What was found. With Rejected (an object, but no answer) and Broken the peer does not speak the protocol.</returns>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, out int consumed, out Response response)
    {
        if (!_scanner.IsInsideMessage)
        {
            int start = JsonScanner.CountWhiteSpace(input);
            _hasSeparators |= start > 0;
            int length = CanonicalResponse.Read(input[start..], out response);
            if (length > 0)
            {
                consumed = start + length;
                return DecodeStatus.Message;
            }
        }

        return DecodeAnyShape(input, out consumed, out response);
    }

    /// <summary>The strict path for every shape, in one piece or in many.</summary>
    internal DecodeStatus DecodeAnyShape(ReadOnlySpan<byte> input, out int consumed, out Response response)
    {
        response = default;
        consumed = 0;
        if (!_scanner.IsInsideMessage)
            (_malformed, _sum, _id, _error) = (false, null, null, ErrorCode.None);
        while (true)
        {
            switch (_scanner.Read(input, ref consumed))
            {
                case ScanStep.NeedMore:
                    return DecodeStatus.NeedMore;
                case ScanStep.Member:
                    Take();
                    continue;
                case ScanStep.End:
                    bool hasError = _error != ErrorCode.None;
                    if (_malformed || _sum.HasValue == hasError)
                        return DecodeStatus.Rejected;
                    response = new Response(_sum.GetValueOrDefault(), _id, _error);
                    return DecodeStatus.Message;
                default:
                    return DecodeStatus.Broken;
            }
        }
    }

    private void Take()
    {
        bool good = _scanner.Member switch
        {
            Member.Sum => TakeInteger(ref _sum),
            Member.Id => TakeInteger(ref _id) && _id >= 0,
            Member.Error => TakeError(),
            _ => true,
        };
        _malformed |= !good;
    }

    private readonly bool TakeInteger(ref long? member)
    {
        if (member.HasValue || _scanner.Value != ScannedValue.Integer || !_scanner.TryGetInt64(out long value))
            return false;
        member = value;
        return true;
    }

    private bool TakeError()
    {
        if (_error != ErrorCode.None || _scanner.Value != ScannedValue.String)
            return false;
        _error = _scanner.ErrorCode; // an unknown code is an error, too
        return true;
    }
}
