import {
  ArrowDown,
  ArrowDownToLine,
  Ban,
  CaseSensitive,
  Check,
  ChevronDown,
  ChevronsDownUp,
  ChevronUp,
  Circle,
  CircleCheck,
  CircleX,
  Clock,
  Copy,
  Download,
  Ellipsis,
  Link,
  LoaderCircle,
  Maximize,
  Minus,
  Play,
  Regex,
  RotateCw,
  TriangleAlert,
  WifiOff,
  WrapText,
  X,
} from 'lucide'
import { lucideIcon } from './lucide-icon.tsx'

// Marked pure, so that a bundle contains only the icons of the parts it uses.
export const ArrowDownIcon = /* @__PURE__ */ lucideIcon(ArrowDown)
export const ArrowDownToLineIcon = /* @__PURE__ */ lucideIcon(ArrowDownToLine)
export const BanIcon = /* @__PURE__ */ lucideIcon(Ban)
export const CaseSensitiveIcon = /* @__PURE__ */ lucideIcon(CaseSensitive)
export const CheckIcon = /* @__PURE__ */ lucideIcon(Check)
export const ChevronDownIcon = /* @__PURE__ */ lucideIcon(ChevronDown)
export const ChevronUpIcon = /* @__PURE__ */ lucideIcon(ChevronUp)
export const CircleIcon = /* @__PURE__ */ lucideIcon(Circle)
export const CircleCheckIcon = /* @__PURE__ */ lucideIcon(CircleCheck)
export const CircleXIcon = /* @__PURE__ */ lucideIcon(CircleX)
export const ClockIcon = /* @__PURE__ */ lucideIcon(Clock)
export const CopyIcon = /* @__PURE__ */ lucideIcon(Copy)
export const DownloadIcon = /* @__PURE__ */ lucideIcon(Download)
export const LoaderCircleIcon = /* @__PURE__ */ lucideIcon(LoaderCircle)
export const MinusIcon = /* @__PURE__ */ lucideIcon(Minus)
export const PlayIcon = /* @__PURE__ */ lucideIcon(Play)
export const RegexIcon = /* @__PURE__ */ lucideIcon(Regex)
export const RotateCwIcon = /* @__PURE__ */ lucideIcon(RotateCw)
export const WifiOffIcon = /* @__PURE__ */ lucideIcon(WifiOff)
export const WrapTextIcon = /* @__PURE__ */ lucideIcon(WrapText)
export const XIcon = /* @__PURE__ */ lucideIcon(X)
export const ChevronsDownUpIcon = /* @__PURE__ */ lucideIcon(ChevronsDownUp)
export const EllipsisIcon = /* @__PURE__ */ lucideIcon(Ellipsis)
export const LinkIcon = /* @__PURE__ */ lucideIcon(Link)
export const MaximizeIcon = /* @__PURE__ */ lucideIcon(Maximize)
export const TriangleAlertIcon = /* @__PURE__ */ lucideIcon(TriangleAlert)
